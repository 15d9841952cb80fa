package dev.ringpost.journey;

import dev.ringpost.testing.Chromium;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** The live page as a browser shows it. */
final class ShownPage {

  private final Chromium browser;
  private final String page;

  ShownPage(Chromium browser, String page) {
    this.browser = browser;
    this.page = page;
  }

  String firstOfTheStream() throws Exception {
    var request = HttpRequest.newBuilder(URI.create(page + "page.events")).build();
    try (HttpClient client = HttpClient.newHttpClient();
        InputStream body = client.send(request, BodyHandlers.ofInputStream()).body()) {
      var text = new StringBuilder();
      while (text.indexOf("\n\n", text.indexOf("data: ") + 1) < 0 || text.indexOf("data: ") < 0) {
        text.append((char) body.read());
      }
      return text.toString();
    }
  }

  /** A figure on the page. */
  long shown(String figure) {
    return number("document.querySelector('[data-figure=\"" + figure + "\"]')?.textContent ?? ''");
  }

  long number(String expression) {
    String text = browser.value(expression).asText().replace(",", "");
    return text.matches("\\d+") ? Long.parseLong(text) : -1;
  }

  String text(String selector) {
    return browser.value("document.querySelector('" + selector + "').textContent").asText();
  }

  String focused() {
    return browser.value("document.activeElement.textContent").asText();
  }

  void select(String list, String value) {
    browser.value(
        "(() => { const it = document.querySelector('#%s'); it.value = '%s';".formatted(list, value)
            + " it.dispatchEvent(new Event('change')); })()");
  }
}
