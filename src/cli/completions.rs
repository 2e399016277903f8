//! `harness completions`: a script by which a shell completes the command line.

use super::output::Standard;
use super::{Cli, Ending};
use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

const INSTALL: &str = "\
Where each shell looks for it:
  bash        harness completions bash > ~/.local/share/bash-completion/completions/harness
  zsh         harness completions zsh > ~/.zfunc/_harness
              with `fpath+=~/.zfunc` before `compinit` in ~/.zshrc
  fish        harness completions fish > ~/.config/fish/completions/harness.fish
  powershell  harness completions powershell >> $PROFILE
  elvish      harness completions elvish >> ~/.config/elvish/rc.elv

Make the folder first where it is missing; a new shell knows the completions.";

/// Print a script that has a shell complete commands, options and their values.
#[derive(Debug, Args)]
#[command(after_help = INSTALL)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl CompletionsArgs {
    pub(super) fn run(self) -> anyhow::Result<Ending> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "harness", &mut script);
        Standard::print(|_, out| out.write_all(&script))
    }
}
