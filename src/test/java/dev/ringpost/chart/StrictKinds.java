package dev.ringpost.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.gson.JsonParseException;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Job;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The objects that Kubernetes accepts. Its own kinds are read by its Java client, which knows every
 * field of its API and refuses others; custom resources by what is written down of their
 * definitions in {@code src/test/resources/crds}.
 */
final class StrictKinds {

  private static final Map<String, Class<?>> BUILT_IN =
      Map.of(
          "v1/ConfigMap", V1ConfigMap.class,
          "v1/Namespace", V1Namespace.class,
          "v1/Pod", V1Pod.class,
          "v1/Service", V1Service.class,
          "v1/ServiceAccount", V1ServiceAccount.class,
          "apps/v1/Deployment", V1Deployment.class,
          "batch/v1/Job", V1Job.class,
          "policy/v1/PodDisruptionBudget", V1PodDisruptionBudget.class,
          "networking.k8s.io/v1/NetworkPolicy", V1NetworkPolicy.class,
          "autoscaling/v2/HorizontalPodAutoscaler", V2HorizontalPodAutoscaler.class);

  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private StrictKinds() {}

  /** What is wrong with an object, if anything is. */
  static Optional<String> wrong(JsonNode object) {
    String kind = object.path("kind").asText();
    Class<?> known = BUILT_IN.get(object.path("apiVersion").asText() + "/" + kind);
    return known == null ? custom(kind, object) : builtIn(known, object);
  }

  private static Optional<String> builtIn(Class<?> type, JsonNode object) {
    try {
      Object read = JSON.deserialize(object.toString(), type);
      return Optional.ofNullable(read == null ? "it is empty" : null);
    } catch (IllegalArgumentException | JsonParseException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static Optional<String> custom(String kind, JsonNode object) {
    List<Error> errors = schema(kind).validate(object.toString(), InputFormat.JSON);
    return errors.isEmpty()
        ? Optional.empty()
        : Optional.of(errors.stream().map(Error::toString).collect(Collectors.joining("; ")));
  }

  private static Schema schema(String kind) {
    String name = "/crds/" + kind.toLowerCase(Locale.ROOT) + ".schema.json";
    try (InputStream file =
        Objects.requireNonNull(StrictKinds.class.getResourceAsStream(name), name)) {
      return SCHEMAS.getSchema(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
