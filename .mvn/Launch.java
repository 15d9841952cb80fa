import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts a program of the test classes with the JVM that runs this one, after a look at what it
 * needs: {@code exec:exec@…} alone neither compiles nor chooses the JDK, and Java would then only
 * complain of an option that it does not know. Written for the JDK that Maven itself may run on.
 */
final class Launch {

  private static final int JAVA = 25;

  private Launch() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<String> problems = new ArrayList<>();
    if (Runtime.version().feature() < JAVA) {
      problems.add("this is Java " + Runtime.version().feature() + ", and it needs " + JAVA);
    }
    if (!Files.isDirectory(Path.of("target", "classes"))) {
      problems.add("nothing is compiled yet");
    }
    if (!problems.isEmpty()) {
      System.err.println(
          "Not started: "
              + String.join("; ", problems)
              + ".\nPut test-compile before it, which compiles and finds a JDK "
              + JAVA
              + ": mvn test-compile exec:exec@demo"
              + "\nWithout a JDK "
              + JAVA
              + " on this machine, the README has a line that uses Docker.");
      System.exit(1);
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
    Process program = new ProcessBuilder(command).inheritIO().start();
    Runtime.getRuntime().addShutdownHook(new Thread(program::destroy));
    System.exit(program.waitFor());
  }
}
