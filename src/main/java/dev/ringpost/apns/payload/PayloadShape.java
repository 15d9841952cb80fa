package dev.ringpost.apns.payload;

import dev.ringpost.call.findings.InvalidSettingsException;

/** The shape of a payload: where the values of a call stand in its JSON. */
public sealed interface PayloadShape {

  /**
   * Ringpost's own shape: the app's own fields, then {@code aps}, then one object.
   *
   * @param key the name of the object
   */
  record Own(String key) implements PayloadShape {
    public Own {
      InvalidSettingsException.require(
          !key.isBlank() && !key.equals(VoipPayload.APS),
          "payload.key",
          "must be a name, and not 'aps', which is Apple's: '" + key + "'");
    }
  }

  /** The shape that an installed app expects: a JSON object with placeholders in its strings. */
  final class Template implements PayloadShape {

    private final TemplateNode.Fields root;

    Template(TemplateNode.Fields root) {
      this.root = root;
    }

    TemplateNode.Fields root() {
      return root;
    }
  }
}
