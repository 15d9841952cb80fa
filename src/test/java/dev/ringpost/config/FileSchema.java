package dev.ringpost.config;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The JSON Schema of the configuration file, as an editor applies it. */
final class FileSchema {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final com.networknt.schema.Schema SCHEMA = schema();

  private FileSchema() {}

  private static com.networknt.schema.Schema schema() {
    try {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(JSON.writeValueAsString(JsonSchema.ofTheFile()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the schema has against a file, one line each. */
  static List<String> flaws(String yaml) {
    Object file = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
    try {
      return SCHEMA.validate(JSON.writeValueAsString(file), InputFormat.JSON).stream()
          .map(Error::toString)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
