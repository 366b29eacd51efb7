//! `iiif-gate check-config`: says everything that is wrong with the settings, and starts nothing.

use clap::Args;
use serde::Serialize;

use super::failure::{Failure, Result};
use super::output;
use crate::config::{Config, IMAGE_PATH, Problem};

/// Check all settings, and say everything that is wrong with them at once
///
/// Nothing is started, written or generated.
/// Exit code 0 if the gate would start, 1 if not; warnings do not count.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Print a JSON document
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report<'a> {
    valid: bool,
    problems: Vec<Entry<'a>>,
}

#[derive(Debug, Serialize)]
struct Entry<'a> {
    severity: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    fault: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<&'a str>,
}

impl Options {
    /// Runs the command.
    pub(super) fn run(self) -> Result {
        let checked = Config::check_env();
        if self.json {
            return report(&checked);
        }
        match checked {
            Ok(config) => {
                warn(&config.warnings);
                output::say("the settings are valid");
                summary(&config)
            }
            Err(problems) => Err(problems.into()),
        }
    }
}

fn report(checked: &std::result::Result<Config, Vec<Problem>>) -> Result {
    let (valid, problems) = match checked {
        Ok(config) => (true, &config.warnings),
        Err(problems) => (false, problems),
    };
    output::json(&Report {
        valid,
        problems: problems.iter().map(entry).collect(),
    })?;
    if valid {
        Ok(())
    } else {
        Err(Failure::yours("the settings have problems"))
    }
}

fn entry(problem: &Problem) -> Entry<'_> {
    Entry {
        severity: if problem.is_error() {
            "error"
        } else {
            "warning"
        },
        name: &problem.name,
        value: problem.value.as_deref(),
        fault: &problem.fault,
        example: problem.example.as_deref(),
    }
}

/// Says what is probably not meant.
fn warn(warnings: &[Problem]) {
    for warning in warnings {
        output::say(format_args!("warning: {warning}"));
    }
}

/// What follows from the settings, so that one sees whether it is what one meant.
fn summary(config: &Config) -> Result {
    output::data(format_args!("pages         {}", config.public.page("/")))?;
    output::data(format_args!(
        "images        {}{}",
        config.public.origin(),
        IMAGE_PATH
    ))?;
    output::data(format_args!("image server  {}", config.image_server_url))?;
    output::data(format_args!("database      {}", config.database.describe()))?;
    output::data(format_args!("data folder   {}", config.data_dir.display()))?;
    output::data(format_args!("listens on    {}", config.listen))?;
    output::data(format_args!("health on     {}", config.listen_health))
}
