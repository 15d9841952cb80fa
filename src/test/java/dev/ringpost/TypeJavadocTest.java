package dev.ringpost;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The habit that a type's Javadoc begins with a noun phrase, which says what the type is. */
@Timeout(60)
class TypeJavadocTest {

  private static final Pattern TYPE =
      Pattern.compile(
          "/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:@[^\\n]*\\n\\s*)*"
              + "(?:(?:public|final|abstract|sealed|static|private|protected|non-sealed) )*"
              + "(?:class|record|interface|enum|@interface) (\\w+)",
          Pattern.DOTALL);

  /** Words that begin a question, a clause, or a sentence about what a type does. */
  private static final Pattern NO_NOUN =
      Pattern.compile(
          "(?:What|How|Whether|Who|Whose|Why|Where|When|Which|That|If|It|They|There|From|Thrown|Held|Acts|Adds|Asks|Builds|Calls(?!"
              + " to)|Checks|Collects|Compares|Connects|Counts|Cuts"
              + "|Decides|Delivers|Does|Draws|Exchanges|Fills|Finds|Gives|Has|Hears|Holds|Imports|Is"
              + "|Issues|Judges|Keeps|Knows|Leaves|Lets|Looks|Makes|Measures|Meets|Needs|Opens|Parses"
              + "|Passes|Plays|Proves|Publishes|Puts|Reads|Says|Sees|Sends|Serves|Sets|Shows|Sits"
              + "|Stands|Stores|Takes|Tells|Turns|Uses|Waits|Wants|Works|Writes)\\b");

  /**
   * A verb, of those that are no nouns as well, before the first word or sign that begins a clause:
   * "The map is full" says something of the map. What comes later is left alone, for "The map that
   * is full" is a noun phrase, and only a grammar could tell which verb is whose.
   */
  private static final Pattern WHOLE_SENTENCE =
      Pattern.compile(
          "\\w+(?:(?!\\b(?:that|which|who|whom|whose|whoever|whatever|what|how|where|when|while|why"
              + "|as|if|until|whether|because|since|than|before|after|so|unless|though|and|or|but"
              + "|without)\\b)[^,;:.(])*? (is|are|was|were|has|have|had|may|must|can|cannot|could"
              + "|should|would|does|gets|goes|knows|says|tells|holds|takes|finds|gives|makes|keeps"
              + "|sees|comes|begins|becomes|serves|lets|puts|sends|stands|leaves|asks|follows"
              + "|belongs|depends)\\b");

  @ParameterizedTest
  @ValueSource(strings = {"src/main/java", "src/devkit/java", "src/test/java", "src/peers/java"})
  void everyTypeSaysWhatItIs(String root) throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of(root))) {
      for (Path file : files.filter(TypeJavadocTest::isJava).sorted().toList()) {
        withoutNoun(Files.readString(file)).forEach(type -> found.add(file + ": " + type));
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void whatATypeDoesIsNotWhatItIs() {
    String source =
        """
        /** Keeps everything. */
        @SuppressWarnings("all")
        final class Cellar {

          /** How full it is. */
          enum Fill {}

          /**
           * It is empty.
           *
           * @param since when
           */
          public record Empty(long since) {}

          /** How much fits. */
          static final int MOST = 1;

          /** A shelf. */
          private record Shelf() {}

          /** The wine in this cellar may be old. */
          enum Wine {}

          /** The wine that may be old, and is. */
          enum OldWine {}
        }
        """;
    assertThat(withoutNoun(source))
        .containsExactly(
            "Cellar begins with Keeps",
            "Fill begins with How",
            "Empty begins with It",
            "Wine is a whole sentence, with may");
  }

  /** All sources but this one, which holds sentences that are no noun phrases. */
  private static boolean isJava(Path file) {
    return file.toString().endsWith(".java") && !file.endsWith("TypeJavadocTest.java");
  }

  private static List<String> withoutNoun(String source) {
    List<String> found = new ArrayList<>();
    Matcher types = TYPE.matcher(source);
    while (types.find()) {
      String words = types.group(1).replaceAll("\\s*\\n\\s*\\*\\s?", " ").strip();
      Matcher beginning = NO_NOUN.matcher(words);
      Matcher sentence = WHOLE_SENTENCE.matcher(words);
      if (beginning.lookingAt()) {
        found.add(types.group(2) + " begins with " + beginning.group());
      } else if (sentence.lookingAt()) {
        found.add(types.group(2) + " is a whole sentence, with " + sentence.group(1));
      }
    }
    return found;
  }
}
