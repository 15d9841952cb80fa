package dev.ringpost.image;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The jar of the image {@code devkit}: the program {@code Devkit} and what it uses of the classes
 * that are compiled with it, and with the tests. So no test and nothing that only tests use ships.
 *
 * <p>Its arguments are the folder of classes and the jar to write.
 */
public final class DevkitJar {

  private static final String PROGRAM = "dev/ringpost/devkit/Devkit";

  /** A class of ours in the text of a class file: a reference, a signature or an annotation. */
  private static final Pattern OURS = Pattern.compile("dev/ringpost/[\\w$/]+");

  private DevkitJar() {}

  public static void main(String[] folderAndJar) throws IOException {
    Path folder = Path.of(folderAndJar[0]);
    try (var jar = new JarOutputStream(Files.newOutputStream(Path.of(folderAndJar[1])))) {
      for (String name : classes(folder)) {
        Path file = file(folder, name);
        jar.putNextEntry(
            new JarEntry(name + ".class").setLastModifiedTime(Files.getLastModifiedTime(file)));
        Files.copy(file, jar);
      }
    }
  }

  /** The classes of the jar by their binary names, with slashes. */
  static SortedSet<String> classes(Path folder) throws IOException {
    SortedSet<String> found = new TreeSet<>();
    Deque<String> left = new ArrayDeque<>(List.of(PROGRAM));
    while (!left.isEmpty()) {
      String name = left.pop();
      if (found.add(name)) {
        named(file(folder, name))
            .filter(other -> Files.exists(file(folder, other)))
            .forEach(left::push);
      }
    }
    return found;
  }

  private static Stream<String> named(Path file) throws IOException {
    return StreamSupport.stream(
            ClassFile.of().parse(file).constantPool().spliterator(), /* parallel= */ false)
        .filter(Utf8Entry.class::isInstance)
        .map(entry -> ((Utf8Entry) entry).stringValue())
        .flatMap(text -> OURS.matcher(text).results())
        .map(MatchResult::group);
  }

  private static Path file(Path folder, String name) {
    return folder.resolve(name + ".class");
  }
}
