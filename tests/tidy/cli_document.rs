//! `docs/reference/cli.md`, made from the help of the program.

use std::fmt::Write as _;

use clap::{Command, CommandFactory as _};
use iiif_gate::cli::Cli;

use crate::tree::is_current;

const HEAD: &str = "\
# Command line

<!-- Made from the program's help by `UPDATE=1 cargo test --test tidy`. Do not edit. -->

Data goes to stdout, words go to stderr, and `--json` makes data a JSON document where it is offered.
Exit codes: 0 if all went well, 1 if you can do something about it, 2 if something broke.
Passwords are asked for or read from stdin; they are never arguments.
Settings come from the environment and `.env`, see [Settings](../configuration.md).
";

#[test]
fn the_reference_of_the_command_line_is_current() {
    let mut command = Cli::command();
    command.build();
    let mut text = HEAD.to_owned();
    describe(&mut command, "iiif-gate", &mut text);
    is_current("docs/reference/cli.md", &text);
}

fn describe(command: &mut Command, name: &str, text: &mut String) {
    let help = command.render_long_help().to_string();
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    let _ = write!(
        text,
        "\n## `{name}`\n\n```text\n{}\n```\n",
        lines.join("\n").trim_end()
    );
    for sub in command
        .get_subcommands_mut()
        .filter(|sub| sub.get_name() != "help")
    {
        let name = format!("{name} {}", sub.get_name());
        describe(sub, &name, text);
    }
}
