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
        }
        """;
    assertThat(withoutNoun(source))
        .containsExactly(
            "Cellar begins with Keeps", "Fill begins with How", "Empty begins with It");
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
      if (beginning.lookingAt()) {
        found.add(types.group(2) + " begins with " + beginning.group());
      }
    }
    return found;
  }
}
