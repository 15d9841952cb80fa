package dev.ringpost;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * The bounds on the length of files and methods, as rules about sources.
 *
 * @param linesInFile bound on the lines of a file
 * @param linesInMethod bound on the lines of a method or constructor, from its name to its end
 */
record SourceShape(int linesInFile, int linesInMethod) {

  /** What holds for the house. */
  static final SourceShape OF_THE_HOUSE = new SourceShape(350, 60);

  /** What holds for tests: a table of cases may be a long method. */
  static final SourceShape OF_TESTS = new SourceShape(350, Integer.MAX_VALUE);

  /** What is longer, one line for each; reads all Java files below a folder. */
  List<String> breaches(Path folder) throws IOException {
    List<String> found = new ArrayList<>();
    JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
    try (Stream<Path> walk = Files.walk(folder);
        StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<Path> sources = walk.filter(path -> path.toString().endsWith(".java")).toList();
      for (Path source : sources) {
        int lines = Files.readAllLines(source).size();
        if (lines > linesInFile) {
          found.add(source + " has " + lines + " lines");
        }
      }
      Iterable<? extends JavaFileObject> objects = files.getJavaFileObjectsFromPaths(sources);
      var task = (JavacTask) compiler.getTask(null, files, null, List.of(), null, objects);
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        found.addAll(longMethods(unit, positions));
      }
    }
    return found;
  }

  private List<String> longMethods(CompilationUnitTree unit, SourcePositions positions) {
    List<String> found = new ArrayList<>();
    LineMap lines = unit.getLineMap();
    var search =
        new TreeScanner<@Nullable Void, @Nullable Void>() {
          @Override
          public @Nullable Void visitMethod(MethodTree method, @Nullable Void none) {
            long first = lines.getLineNumber(positions.getStartPosition(unit, method));
            long last = lines.getLineNumber(positions.getEndPosition(unit, method));
            if (last - first + 1 > linesInMethod) {
              found.add(
                  "%s: %s has %d lines"
                      .formatted(
                          unit.getSourceFile().getName(), method.getName(), last - first + 1));
            }
            return super.visitMethod(method, null);
          }
        };
    search.scan(unit, null);
    return found;
  }
}
