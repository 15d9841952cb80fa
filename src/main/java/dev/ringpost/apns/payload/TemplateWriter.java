package dev.ringpost.apns.payload;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.ringpost.apns.payload.TemplateNode.Constant;
import dev.ringpost.apns.payload.TemplateNode.Elements;
import dev.ringpost.apns.payload.TemplateNode.Field;
import dev.ringpost.apns.payload.TemplateNode.Fields;
import dev.ringpost.apns.payload.TemplateNode.Piece;
import dev.ringpost.apns.payload.TemplateNode.Text;
import dev.ringpost.apns.payload.TemplateNode.Whole;
import dev.ringpost.apns.payload.TemplateNode.Written;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The writer of one payload by a template. */
final class TemplateWriter {

  private final JsonGenerator json;
  private final CallFacts facts;

  TemplateWriter(JsonGenerator json, CallFacts facts) {
    this.json = json;
    this.facts = facts;
  }

  void write(Fields fields) throws IOException {
    json.writeStartObject();
    for (Field field : fields.fields()) {
      if (field.value() instanceof Whole(Placeholder placeholder)) {
        Object value = placeholder.value(facts);
        if (value != null) {
          json.writeObjectField(field.name(), value);
        }
      } else {
        json.writeFieldName(field.name());
        value(field.value());
      }
    }
    json.writeEndObject();
  }

  private void value(TemplateNode node) throws IOException {
    switch (node) {
      case Fields fields -> write(fields);
      case Elements elements -> {
        json.writeStartArray();
        for (TemplateNode element : elements.elements()) {
          value(element);
        }
        json.writeEndArray();
      }
      // in an array the place of each element has a meaning, so nothing stands there as null
      case Whole(Placeholder placeholder) -> json.writeObject(placeholder.value(facts));
      case Text text -> json.writeString(text(text));
      case Constant constant -> json.writeTree(constant.json());
    }
  }

  private String text(Text text) {
    var whole = new StringBuilder();
    for (Piece piece : text.pieces()) {
      whole.append(
          switch (piece) {
            case Written written -> written.text();
            case Placeholder placeholder -> word(placeholder.value(facts));
          });
    }
    return whole.toString();
  }

  private static String word(@Nullable Object value) {
    return value instanceof String || value instanceof Number || value instanceof Boolean
        ? value.toString()
        : "";
  }
}
