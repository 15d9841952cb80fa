package dev.ringpost.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page in Markdown that ships with the sources.
 *
 * @param path where it stands, from the project's folder
 * @param text all of it
 */
public record DocPage(Path path, String text) {

  private static final Pattern QUOTED = Pattern.compile("(?<!`)`([^`\n]+)`(?!`)");

  /** The README, the other pages beside it, those in {@code docs}, and the chart's. */
  public static List<DocPage> all() throws IOException {
    List<DocPage> pages = new ArrayList<>();
    for (Path folder : List.of(Path.of(""), Path.of("docs"), Path.of("helm", "ringpost"))) {
      try (Stream<Path> files = Files.list(folder.resolve("").toAbsolutePath())) {
        for (Path file : files.filter(file -> file.toString().endsWith(".md")).sorted().toList()) {
          pages.add(of(folder.resolve(file.getFileName())));
        }
      }
    }
    return pages;
  }

  /** The page of a file. */
  public static DocPage of(Path file) throws IOException {
    return new DocPage(file, Files.readString(file));
  }

  /** The lines of sentences: outside of code blocks and tables; each with its number, from 1. */
  public List<Line> prose() {
    List<Line> prose = new ArrayList<>();
    boolean code = false;
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (line.strip().startsWith("```")) {
        code = !code;
      } else if (!code && !line.startsWith("|")) {
        prose.add(new Line(number, line));
      }
    }
    return prose;
  }

  /** What stands between single backticks, outside of code blocks. */
  public List<String> quoted() {
    var rest = new StringBuilder();
    boolean code = false;
    for (String line : text.lines().toList()) {
      if (line.strip().startsWith("```")) {
        code = !code;
      } else if (!code) {
        rest.append(line).append('\n');
      }
    }
    return QUOTED.matcher(rest).results().map(MatchResult::group).map(DocPage::bare).toList();
  }

  /**
   * The rows of the table that follows the comment {@code <!-- name: compared with the code -->}.
   *
   * @throws IllegalArgumentException if the page has no such comment
   */
  public List<String> table(String name) {
    String comment = "<!-- " + name + ": compared with the code -->\n";
    int at = text.indexOf(comment);
    if (at < 0) {
      throw new IllegalArgumentException(path + " lacks " + comment.strip());
    }
    return text.substring(at + comment.length())
        .lines()
        .takeWhile(line -> line.startsWith("|"))
        .skip(2)
        .toList();
  }

  /** What a cell or a row has between backticks, in order. */
  public static List<String> quotedIn(String cell) {
    return QUOTED.matcher(cell).results().map(found -> found.group(1)).toList();
  }

  private static String bare(String quoted) {
    return quoted.substring(1, quoted.length() - 1);
  }

  /**
   * A line of a page.
   *
   * @param number from 1
   * @param text without its end
   */
  public record Line(int number, String text) {}
}
