package dev.ringpost.apns.payload;

import com.fasterxml.jackson.databind.node.ValueNode;
import java.util.List;

/**
 * A value in a template, read once when the configuration is. {@link TemplateWriter} makes JSON of
 * it for each push.
 */
sealed interface TemplateNode {

  /** An object; its fields keep their order. */
  record Fields(List<Field> fields) implements TemplateNode {
    public Fields {
      fields = List.copyOf(fields);
    }
  }

  /** A field of an object; the name is fixed. */
  record Field(String name, TemplateNode value) {}

  /** An array. */
  record Elements(List<TemplateNode> elements) implements TemplateNode {
    public Elements {
      elements = List.copyOf(elements);
    }
  }

  /** A string that is exactly one placeholder: its value passes with its type. */
  record Whole(Placeholder placeholder) implements TemplateNode {}

  /** A string with placeholders among other text. */
  record Text(List<Piece> pieces) implements TemplateNode {
    public Text {
      pieces = List.copyOf(pieces);
    }
  }

  /** A value that is the same in every push. */
  record Constant(ValueNode json) implements TemplateNode {}

  /** A part of a text. */
  sealed interface Piece permits Written, Placeholder {}

  /** The part of a text that stands between placeholders. */
  record Written(String text) implements Piece {}
}
