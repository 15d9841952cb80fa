package dev.ringpost.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * A value of the file that is a tree of its own, as JSON. Without quotes {@code true}, {@code
 * false}, {@code null} and numbers in JSON's spelling are what they are in JSON; all else is text,
 * also {@code yes} and times.
 */
final class YamlTree {

  /** Bound on levels; an alias to itself has no end. */
  private static final int MAX_DEPTH = 100;

  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]{0,30})(?:\\.[0-9]{1,30})?");

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final String path;
  private final Problems problems;

  /**
   * @param path the key of the whole tree
   */
  YamlTree(String path, Problems problems) {
    this.path = path;
    this.problems = problems;
  }

  /** The tree; what cannot be JSON is left out, with a problem. */
  String json(Node root) {
    return node(root, 0).toString();
  }

  private JsonNode node(Node node, int depth) {
    if (depth > MAX_DEPTH) {
      problem(node, "lies too deep", "remove it");
      return NullNode.instance;
    }
    return switch (node) {
      case MappingNode mapping -> {
        ObjectNode object = NODES.objectNode();
        mapping.getValue().forEach(tuple -> field(object, tuple, depth));
        yield object;
      }
      case SequenceNode sequence -> {
        ArrayNode array = NODES.arrayNode();
        sequence.getValue().forEach(element -> array.add(node(element, depth + 1)));
        yield array;
      }
      case ScalarNode scalar -> scalar(scalar);
      default -> throw new IllegalStateException("unknown kind of YAML node");
    };
  }

  private void field(ObjectNode object, NodeTuple tuple, int depth) {
    if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
      problem(tuple.getKeyNode(), "has a key that is not text", "name it");
    } else if (object.has(key.getValue())) {
      problem(key, "has " + Problems.plain(key.getValue()) + " twice", "keep one of them");
    } else {
      object.set(key.getValue(), node(tuple.getValueNode(), depth + 1));
    }
  }

  private static JsonNode scalar(ScalarNode scalar) {
    String text = scalar.getValue();
    if (scalar.getScalarStyle() != ScalarStyle.PLAIN) {
      return NODES.textNode(text);
    }
    return switch (text) {
      case "true" -> NODES.booleanNode(true);
      case "false" -> NODES.booleanNode(false);
      case "null", "~", "" -> NODES.nullNode();
      default ->
          NUMBER.matcher(text).matches()
              ? DecimalNode.valueOf(new BigDecimal(text))
              : NODES.textNode(text);
    };
  }

  private void problem(Node node, String wrong, String fix) {
    problems.add(path, YamlSource.setting(node, ""), wrong, fix);
  }
}
