package dev.ringpost.config;

import dev.ringpost.call.findings.Finding;
import dev.ringpost.config.InvalidConfigException.Problem;
import java.io.StringReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserException;
import org.yaml.snakeyaml.scanner.ScannerException;

/**
 * The source of values from YAML: it reads paths and values with their lines, and nothing more; all
 * values stay text, so that a key id of digits keeps its zeros. YAML's own loading would lose the
 * lines and the duplicate keys.
 */
final class YamlSource {

  /** Bound on levels; the tree has four, an alias to itself has no end. */
  private static final int MAX_DEPTH = 10;

  /** SnakeYAML's word for one. */
  private static final String TAB = "(TAB)";

  private final Schema schema;
  private final RawValues settings;
  private final Problems problems;

  private YamlSource(Schema schema, RawValues settings, Problems problems) {
    this.schema = schema;
    this.settings = settings;
    this.problems = problems;
  }

  /**
   * Adds what the text holds to the settings; what is a tree by the schema as its JSON.
   *
   * @throws InvalidConfigException at once if the text is not valid YAML: everything would seem to
   *     be missing
   */
  static void read(String text, Schema schema, RawValues settings, Problems problems)
      throws InvalidConfigException {
    try {
      Node root = new Yaml(strict()).compose(new StringReader(text));
      if (root != null) {
        new YamlSource(schema, settings, problems).root(root);
      }
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark();
      // The exception's own message shows the lines around the place, and with them secrets.
      String wrong =
          e instanceof ScannerException || e instanceof ParserException
              ? "YAML cannot be read here: " + Problems.oneLine(e.getProblem())
              : "YAML cannot be read here";
      String fix = wrong.contains(TAB) ? "write spaces in place of the tab" : "repair it";
      problems.add(
          new Problem(
              Finding.failed("", wrong, fix), mark == null ? "" : "line " + (mark.getLine() + 1)),
          mark == null ? 0 : mark.getLine() + 1);
      problems.throwIfAny();
    } catch (YAMLException _) {
      problems.add(
          Problem.of(
              Finding.failed(
                  "", "not valid YAML", "write text in UTF-8 without control characters")),
          0);
      problems.throwIfAny();
    }
  }

  private static LoaderOptions strict() {
    LoaderOptions options = new LoaderOptions();
    options.setMergeOnCompose(true);
    return options;
  }

  private void root(Node root) {
    if (root instanceof MappingNode || isNull(root)) {
      walk("", root, 0);
    } else {
      problems.add("", setting(root, ""), "is not a list of keys", "begin with a key: \"kafka:\"");
    }
  }

  private void walk(String path, Node node, int depth) {
    if (depth > MAX_DEPTH) {
      problems.add(path, setting(node, ""), "lies too deep", "remove it");
      return;
    }
    switch (node) {
      case MappingNode tree when schema.isTree(path) -> tree(path, tree);
      case SequenceNode tree when schema.isTree(path) -> tree(path, tree);
      case MappingNode mapping -> keys(path, mapping.getValue(), depth);
      case SequenceNode sequence -> {
        if (sequence.getValue().isEmpty()) {
          value(path, setting(sequence, ""));
        }
        int number = 0;
        for (Node element : sequence.getValue()) {
          walk(path + "[" + number++ + "]", element, depth + 1);
        }
      }
      case ScalarNode scalar ->
          value(path, setting(scalar, isNull(scalar) ? "" : scalar.getValue()));
      default -> throw new IllegalStateException("unknown kind of YAML node");
    }
  }

  private void keys(String path, List<NodeTuple> tuples, int depth) {
    Map<String, Integer> lines = new HashMap<>();
    for (NodeTuple tuple : tuples) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.add(
            path, setting(tuple.getKeyNode(), ""), "has a key that is not text", "name it");
        continue;
      }
      String child = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
      Integer earlier = lines.putIfAbsent(key.getValue(), line(key));
      if (earlier == null) {
        walk(child, tuple.getValueNode(), depth + 1);
      } else {
        twice(child, setting(key, ""), "line " + earlier);
      }
    }
  }

  private void tree(String path, Node node) {
    YamlTree tree = new YamlTree(path, problems);
    value(path, setting(node, tree.json(node)));
  }

  private void value(String path, RawValues.Value setting) {
    if (!settings.putNew(path, setting)) {
      twice(path, setting, settings.near(path).where());
    }
  }

  private void twice(String path, RawValues.Value setting, String earlier) {
    problems.add(path, setting.with(""), "was already set on " + earlier, "keep one of them");
  }

  private static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  static RawValues.Value setting(Node node, String text) {
    return new RawValues.Value(text, "line " + line(node), line(node));
  }

  private static int line(Node node) {
    return node.getStartMark().getLine() + 1;
  }
}
