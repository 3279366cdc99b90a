import { commands, findCommand } from './commands.ts';
import { serviceNames } from './repository.ts';
import { CommandError, bold, dim, red, say, table } from './say.ts';

const help =
  (): string => `${bold('mini-program mall')}: the back end of a WeChat / Douyin mini-program mall

${table([['command', 'does'], ...commands.map(({ usage, does }) => [usage, does])])}

${dim('Two to begin with: ./make.sh up, and in another terminal ./make.sh demo')}`;

const run = async (words: readonly string[]): Promise<void> => {
  const [name = 'help', ...args] = words;
  if (['help', '--help', '-h'].includes(name)) {
    say(help());
    return;
  }
  const command = findCommand(name);
  if (command !== undefined) {
    await command.run(args);
    return;
  }
  // `./make.sh user prod`: the service first, as the predecessor had it.
  if ([...serviceNames(), 'gateway'].includes(name)) {
    const { deploy } = await import('./deploy.ts');
    await deploy(name, args);
    return;
  }
  throw new CommandError(`there is no command and no service "${name}".\n\n${help()}`, 2);
};

try {
  await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  process.stderr.write(`${red('✘')} ${error.message}\n`);
  process.exitCode = error.exitCode;
}
// What is left are idle sockets of clients; a command that ended has nothing more to do.
process.exit();
