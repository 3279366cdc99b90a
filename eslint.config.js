import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const noProcessEnv = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'Only config.ts reads the environment; pass values in.',
};
const noAmbientTime = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'Time is a port here: use clock.nowMs(), so that the rule can be tested.',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Time is a port here: use clock.nowMs(), so that the rule can be tested.',
  },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: 'Chance is a port here: take it as a parameter.',
  },
];
const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Named exports only: one name for a thing, everywhere.',
};
const testWithoutAssertion = {
  selector:
    "CallExpression[callee.object.name='t'][callee.property.name='test'] > ArrowFunctionExpression > BlockStatement[body.length=0]",
  message: 'A test without an assertion cannot fail.',
};
const loneTest = {
  selector: "MemberExpression[object.name='t'][property.name=/^(only|skip|todo)$/]",
  message: 'No lone, skipped or postponed tests.',
};

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '**/.tap/**',
      '.local/**',
      'bench/peers/**',
      'deploy/cli/test/fixtures/**',
      '**/migrations/**',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.check.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      'no-console': 'error',
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', noProcessEnv, noDefaultExport],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // A number or an error in a message is what messages are for.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // Ports are async by contract; an adapter that happens not to wait is still one of them.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // Our objects are made by factories: their methods know no `this`.
      '@typescript-eslint/unbound-method': 'off',
      // Phantom generics tie a contract to its schema.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // `void` stands for "no result" in unions of handlers.
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: [
      '**/config.ts',
      '**/config/*.ts',
      'deploy/cli/**',
      'bench/**',
      'e2e/**',
      'packages/testing/**',
    ],
    rules: { 'no-restricted-syntax': ['error', noDefaultExport] },
  },
  {
    files: ['services/*/src/domain/**', 'services/*/src/usecase/**'],
    rules: { 'no-restricted-syntax': ['error', noProcessEnv, noDefaultExport, ...noAmbientTime] },
  },
  {
    // Programs people run: what they print is their result.
    files: ['deploy/cli/**', 'bench/**', 'packages/sandbox/src/main.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/test/**/*.ts', 'e2e/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', noDefaultExport, testWithoutAssertion, loneTest],
      // tap's own types lean on any, and tests build wrong values on purpose.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // tap runs what t.test registered in order, awaited or not; every other promise counts.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', name: ['test', 'teardown'], package: '@tapjs/test' },
            { from: 'package', name: ['test', 'teardown'], package: 'tap' },
            { from: 'package', name: ['test', 'teardown'], package: '@tapjs/core' },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    languageOptions: { globals: { process: 'readonly', module: 'writable' } },
  },
);
