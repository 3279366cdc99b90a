// The architecture as a build failure. Each rule says in its comment what to do instead; each has
// a fixture under deploy/cli/test/fixtures/boundaries that must break it.
const conditions = ['@app/source', 'import', 'require', 'node', 'default', 'types'];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'service-isolation',
      comment:
        "No service imports another's code: call its contract (packages/contracts) over the bus, or listen to its facts. Otherwise they can no longer be deployed one at a time.",
      severity: 'error',
      from: { path: '^(services/[^/]+|gateway)/' },
      to: { path: '^(services/[^/]+|gateway)/', pathNot: '^$1/' },
    },
    {
      name: 'domain-pure',
      comment:
        'The domain is rules and data: only itself, contracts and the kernel. Move what needs npm or node: behind a port.',
      severity: 'error',
      from: { path: '^services/[^/]+/src/domain/' },
      to: { pathNot: ['^services/[^/]+/src/domain/', '^packages/(contracts|kernel)/'] },
    },
    {
      name: 'usecase-inward',
      comment:
        'A use-case sees the domain, the port files (repository.ts, service.ts, usecase.ts, errors.ts), contracts and the kernel. Effects go behind a port; decisions go to the domain; no use-case calls another.',
      severity: 'error',
      from: { path: '^services/([^/]+)/src/usecase/' },
      to: {
        pathNot: [
          '^services/$1/src/domain/',
          '^services/$1/src/(repository|service|usecase|errors)\\.ts$',
          '^packages/(contracts|kernel)/',
        ],
      },
    },
    {
      name: 'adapters-apart',
      comment:
        'repository/ and service/ implement ports and never meet: only app.ts puts them together.',
      severity: 'error',
      from: { path: '^services/([^/]+)/src/(repository|service)/' },
      to: { path: '^services/$1/src/((?!$2/)(repository|service)/|app\\.ts|main\\.ts)' },
    },
    {
      name: 'contracts-leaf',
      comment:
        'Contracts are data that everybody imports: schemas and the kernel, nothing that runs.',
      severity: 'error',
      from: { path: '^packages/contracts/src/' },
      to: {
        pathNot: ['^packages/(contracts|kernel)/', 'node_modules/.*@sinclair/typebox'],
      },
    },
    {
      name: 'kernel-leaf',
      comment: 'The kernel is at the bottom: ulid and node:crypto, no package of ours.',
      severity: 'error',
      from: { path: '^packages/kernel/src/' },
      to: { path: '^(packages/(?!kernel/)|services|gateway|deploy)' },
    },
    {
      name: 'packages-below-services',
      comment:
        'A package never knows a service: what two services share moves down as a mechanism.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(services|gateway|deploy|e2e|bench)/' },
    },
    {
      name: 'sandbox-apart',
      comment:
        'The sandbox is the second, independent implementation of every protocol: it shares no code with the services.',
      severity: 'error',
      from: { path: '^packages/sandbox/src/' },
      to: { path: '^(packages/(?!sandbox/)|services|gateway)' },
    },
    {
      name: 'testing-stays-in-tests',
      comment: 'packages/testing never ships.',
      severity: 'error',
      from: { path: '^(packages/(?!testing/)[^/]+|services/[^/]+|gateway)/src/' },
      to: { path: '^packages/testing/' },
    },
    {
      name: 'no-circular',
      comment: 'A cycle means two files are one thing, or one of them is two.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A module nobody imports is dead: delete it, or wire it in.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          '(^|/)(main|index|single)\\.ts$',
          '\\.test\\.ts$',
          '^deploy/cli/',
          '^bench/',
          '/test/',
          '^e2e/',
          '/migrations/',
        ],
      },
      to: {},
    },
    {
      name: 'no-undeclared-npm',
      comment: "Declare it in this package's own package.json (version: catalog:).",
      severity: 'error',
      from: { path: '^(packages|services|gateway|deploy)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown'] },
    },
    {
      name: 'no-dev-dependency-in-src',
      comment: 'What ships may not need a devDependency.',
      severity: 'error',
      from: { path: '^(packages/(?!testing/)[^/]+|services/[^/]+|gateway)/src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'not-resolvable',
      comment: 'This import leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^((services|packages)/[^/]+|gateway)/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.check.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: conditions,
      extensions: ['.ts', '.js', '.json', '.d.ts'],
    },
    skipAnalysisNotInRules: true,
  },
};
