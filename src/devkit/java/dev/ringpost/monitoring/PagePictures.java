package dev.ringpost.monitoring;

import dev.ringpost.demo.Demo;
import dev.ringpost.testing.Chromium;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The program that photographs the live page of a demo run into {@code docs/pictures}: {@code mvn
 * test-compile exec:exec@page-pictures}. It needs the program chromium.
 */
final class PagePictures {

  private static final Path FOLDER = Path.of("docs", "pictures");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private PagePictures() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("ringpost-page");
    PrintStream out = System.out;
    try (Demo demo = Demo.start(out);
        Chromium browser = Chromium.start(folder)) {
      if (!demo.run()) {
        throw new IllegalStateException("the demo does not hold: nothing is photographed");
      }
      browser.open("http://localhost:" + demo.adminPort() + "/");
      browser.await(PATIENCE, "document.querySelector('#calls button')");
      browser.value("document.querySelector('#calls button').click()");
      photograph(browser, "page.png", 1160, 1500, false);
      photograph(browser, "page-phone.png", 360, 1100, true);
    } finally {
      remove(folder);
    }
    System.exit(0);
  }

  private static void photograph(Chromium browser, String name, int width, int height, boolean dark)
      throws IOException {
    browser.resize(width, height, dark);
    browser.value("new Promise(done => setTimeout(done, 1500))");
    Files.write(FOLDER.resolve(name), browser.picture());
    System.out.println(FOLDER.resolve(name));
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
