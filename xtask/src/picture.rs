//! A page as a picture: the README shows the report as it looks.

use crate::machine::{Machine, run};
use crate::report::REPORT;
use crate::{Stop, debian};

const PICTURE: &str = "docs/images/report.png";

/// Draws a page (by default what `cargo xtask report` writes) into a PNG file (by default the README's).
///
/// # Errors
/// When the page is not there, or Chromium is neither there nor to be installed.
pub(crate) fn take(machine: &Machine, words: &[String]) -> Result<(), Stop> {
    let (page, picture) = match words {
        [] => (REPORT, PICTURE),
        [page, picture] => (page.as_str(), picture.as_str()),
        _ => {
            return Err(Stop::Usage(
                "cargo xtask picture takes nothing, or a page and a PNG file".to_owned(),
            ));
        }
    };
    let (page_file, picture_file) = (machine.root.join(page), machine.root.join(picture));
    if !page_file.is_file() {
        return Err(Stop::Failed(format!("there is no page {page}; `cargo xtask report` writes {REPORT}")));
    }
    debian::install_missing(machine, &[debian::BROWSER, debian::LETTERS])?;
    let folder = picture_file.parent().unwrap_or(&machine.root);
    std::fs::create_dir_all(folder)
        .map_err(|error| Stop::Failed(format!("failed to make the folder {}: {error}", folder.display())))?;
    // A profile of its own: a browser that is open stays out of it.
    let profile = format!("--user-data-dir={}", machine.root.join("target/picture-profile").display());
    let shot = format!("--screenshot={}", picture_file.display());
    let page = format!("file://{}", page_file.display());
    let mut line = vec!["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"];
    line.extend(["--disable-background-networking", "--disable-component-update", "--hide-scrollbars"]);
    line.extend(["--window-size=1280,900", "--virtual-time-budget=2000", &profile, &shot, &page]);
    run(machine.program("chromium", &line))?;
    println!("the picture: {}", picture_file.display());
    Ok(())
}
