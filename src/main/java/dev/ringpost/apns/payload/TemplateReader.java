package dev.ringpost.apns.payload;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import dev.ringpost.apns.payload.TemplateNode.Constant;
import dev.ringpost.apns.payload.TemplateNode.Elements;
import dev.ringpost.apns.payload.TemplateNode.Field;
import dev.ringpost.apns.payload.TemplateNode.Fields;
import dev.ringpost.apns.payload.TemplateNode.Piece;
import dev.ringpost.apns.payload.TemplateNode.Text;
import dev.ringpost.apns.payload.TemplateNode.Whole;
import dev.ringpost.apns.payload.TemplateNode.Written;
import dev.ringpost.call.CustomFields;
import dev.ringpost.call.findings.DidYouMean;
import dev.ringpost.call.findings.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The reader of one template; it collects what is wrong with it. */
final class TemplateReader {

  private static final int LONGEST_ECHO = 60;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final CallerShown caller;
  private final List<Finding> flaws = new ArrayList<>();

  TemplateReader(CallerShown caller) {
    this.caller = caller;
  }

  List<Finding> flaws() {
    return flaws;
  }

  /** The template; empty if a flaw keeps it from being one. */
  Optional<Fields> read(String text) {
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      flaw(
          "is not valid JSON"
              + (at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr()),
          "repair it; each field of an object has a name of its own");
      return Optional.empty();
    }
    if (!root.isObject() || root.isEmpty()) {
      flaw("is not an object with fields", "write one, such as {\"uuid\": \"{call.uuid}\"}");
      return Optional.empty();
    }
    if (root.has(VoipPayload.APS) && !root.get(VoipPayload.APS).isObject()) {
      flaw("has an aps that is not an object, which APNs refuses", "write \"aps\": {}");
    }
    Fields fields = fields("", root, 1);
    return flaws.isEmpty() ? Optional.of(fields) : Optional.empty();
  }

  private TemplateNode node(String place, JsonNode node, int depth) {
    if (depth > CustomFields.MAX_DEPTH && node.isContainerNode()) {
      flaw("is nested too deep" + at(place), "nest at most " + CustomFields.MAX_DEPTH + " levels");
      return new Constant(TextNode.valueOf(""));
    }
    return switch (node.getNodeType()) {
      case OBJECT -> fields(place, node, depth);
      case ARRAY -> elements(place, node, depth);
      case STRING -> text(place, node.textValue());
      case NUMBER, BOOLEAN, NULL -> new Constant((ValueNode) node);
      case BINARY, MISSING, POJO -> throw new IllegalStateException("no JSON text gives " + node);
    };
  }

  private Fields fields(String place, JsonNode object, int depth) {
    List<Field> fields = new ArrayList<>();
    object
        .properties()
        .forEach(
            field -> {
              String name = field.getKey();
              String child = place.isEmpty() ? name : place + "." + name;
              if (name.contains("{") || name.contains("}")) {
                flaw(
                    "has a placeholder in the name of a field" + at(child),
                    "write names as they are; only values have placeholders");
              }
              fields.add(new Field(name, node(child, field.getValue(), depth + 1)));
            });
    return new Fields(fields);
  }

  private Elements elements(String place, JsonNode array, int depth) {
    List<TemplateNode> elements = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      elements.add(node(place + "[" + i + "]", array.get(i), depth + 1));
    }
    return new Elements(elements);
  }

  private TemplateNode text(String place, String text) {
    List<Piece> pieces = new ArrayList<>();
    int from = 0;
    for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', from)) {
      int close = text.indexOf('}', from);
      int next = text.indexOf('{', open + 1);
      if (close < open || (next >= 0 && next < close)) {
        return unbalanced(place, text);
      }
      written(text.substring(from, open), pieces);
      placeholder(place, text.substring(open + 1, close)).ifPresent(pieces::add);
      from = close + 1;
    }
    if (text.indexOf('}', from) >= 0) {
      return unbalanced(place, text);
    }
    written(text.substring(from), pieces);
    return switch (pieces) {
      case List<Piece> none when none.isEmpty() -> new Constant(TextNode.valueOf(""));
      case List<Piece> one when one.size() == 1 && one.getFirst() instanceof Placeholder it ->
          new Whole(it);
      case List<Piece> one when one.size() == 1 -> new Constant(TextNode.valueOf(text));
      case List<Piece> more -> mixed(place, more);
    };
  }

  private Text mixed(String place, List<Piece> pieces) {
    if (pieces.contains(Placeholder.Known.CUSTOM)) {
      flaw("has {custom} among other text" + at(place), "write it alone: it is an object");
    }
    return new Text(pieces);
  }

  private static void written(String text, List<Piece> pieces) {
    if (!text.isEmpty()) {
      pieces.add(new Written(text));
    }
  }

  private TemplateNode unbalanced(String place, String text) {
    flaw(
        quoted(text) + at(place) + " has a brace without its partner",
        "write braces only around a name, as in {call.id}");
    return new Constant(TextNode.valueOf(""));
  }

  private Optional<Placeholder> placeholder(String place, String name) {
    Optional<Placeholder> found = Placeholder.named(name);
    if (found.isEmpty()) {
      flaw(
          quoted("{" + name + "}") + at(place) + " names nothing",
          DidYouMean.nearest(name, Placeholder.names())
              .map(near -> "did you mean {" + near + "}?")
              .orElse(
                  "write one of "
                      + Placeholder.names().collect(Collectors.joining(", "))
                      + ", or custom. and the name of a field"));
    } else if (found.get().isOfCaller() && caller == CallerShown.NONE) {
      flaw(
          quoted("{" + name + "}") + at(place) + " is never there with payload.caller: none",
          "write something else in its place, or payload.caller: full");
    }
    return found;
  }

  private void flaw(String wrong, String fix) {
    flaws.add(Finding.failed("", wrong, fix));
  }

  private static String at(String place) {
    return place.isEmpty() ? "" : " at " + cut(place);
  }

  /** Text from the configuration, on one line and cut to a sensible length. */
  static String quoted(String text) {
    return "\"" + cut(text) + "\"";
  }

  private static String cut(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() > LONGEST_ECHO ? line.substring(0, LONGEST_ECHO) + "…" : line;
  }
}
