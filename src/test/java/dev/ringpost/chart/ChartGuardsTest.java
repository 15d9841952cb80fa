package dev.ringpost.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** Values that cannot be honoured are refused before anything reaches a cluster. */
class ChartGuardsTest {

  static Stream<Arguments> refused() {
    return Map.ofEntries(
            Map.entry("kafka: {bootstrapServers: []}", "kafka.bootstrapServers is empty"),
            Map.entry("kafka: {bootstrapServers: [broker]}", "broker has no port"),
            Map.entry(
                "kafka: {clientRack: a, properties: {client.rack: b}}",
                "name client.rack both; write one of them"),
            Map.entry(
                "monitoring: {dashboards: {grafanaOperator: {enabled: true, instanceLabels: {a:"
                    + " b}}}}",
                "set monitoring.dashboards.enabled"),
            Map.entry(
                "monitoring: {dashboards: {enabled: true, grafanaOperator: {enabled: true}}}",
                "instanceLabels is empty"),
            Map.entry("apps: []", "apps is empty"),
            Map.entry("apps: [{bundleIds: [a.b]}]", "exactly one of key and certificate"),
            Map.entry(
                "kafka: {properties: {sasl.jaas.config: \"username=me password=sesame\"}}",
                "sasl.jaas.config would stand in a ConfigMap"),
            Map.entry(
                "kafka: {properties: {ssl.keystore.password: sesame}}",
                "ssl.keystore.password would stand in a ConfigMap"),
            Map.entry(
                "kafka: {properties: {sasl.jaas.config: 'a.Module required user=\"me\""
                    + " password=\"sesame\";'}}",
                "put the password into kafka.secret"),
            Map.entry(
                "kafka: {properties: {config.providers: dir, sasl.jaas.config:"
                    + " 'a.Module required password=\"sesame${dir:/a:b}\";'}}",
                "put the password into kafka.secret"),
            Map.entry(
                "kafka: {properties: {ssl.key.password: '${dir:/a:b}'}}",
                "asks dir, which config.providers does not name"),
            Map.entry(
                "apps: [{bundleIds: [a.b], key: {file: a, keyId: b, teamId: c}}]",
                "exactly one of secret and folder"),
            Map.entry(
                "apps: [{bundleIds: [a.b], certificate: {file: a, secret: b, folder: /c}}]",
                "exactly one of secret and folder"),
            Map.entry(
                "apps: [{bundleIds: [a.b], key: {secret: s, file: a, teamId: c}}]",
                "exactly one of keyId and keyIdFile"),
            Map.entry("settings: {ring: {defualt: 30s}}", "defualt"),
            Map.entry("settings: {ring: {default: soon}}", "settings"),
            Map.entry("env: [{name: RINGPOST_ADMIN_PORT, value: \"1\"}]", "RINGPOST_ADMIN_PORT"),
            Map.entry(
                "{settings: {topics: {create: true}}, scaling: {partitions: 24}}",
                "topics with 12 partitions but scaling.partitions is 24"),
            Map.entry(
                "settings: {apns: {sandbox: {port: 8443}}}",
                "settings.apns.sandbox.port is 8443, which the network policy keeps closed"),
            Map.entry(
                "settings: {apns: {proxy: {host: squid.corp}}}",
                "settings.apns.proxy.port is 3128, which the network policy keeps closed"),
            Map.entry(
                "{snapshot: {secret: s}, settings: {tokens: {snapshot: {folder: /tmp}}}}",
                "settings.tokens.snapshot.folder is written by the chart"),
            Map.entry("snapshot: {claim: c}", "snapshot.claim has no effect"),
            Map.entry("check: {deadlineSeconds: 60}", "deadlineSeconds"),
            Map.entry("resources: {limits: {memory: 384Mi}}", "below 448Mi"),
            Map.entry("resources: {limits: {memory: 0.4Gi}}", "below 448Mi"),
            Map.entry("resources: {limits: {memory: 469000000}}", "below 448Mi"),
            Map.entry("resources: {limits: {memory: null}}", "memory is not set"),
            Map.entry("resources: {limits: {memory: 1 GB}}", "is not an amount of memory"),
            Map.entry("scaling: {replicas: 1}", "scaling.replicas is 1"),
            Map.entry("scaling: {replicas: 13}", "there are 12 partitions"),
            Map.entry("scaling: {mode: hpa, min: 1}", "scaling.min is 1"),
            Map.entry("scaling: {mode: hpa, min: 0}", "scaling.min is 0"),
            Map.entry("scaling: {mode: hpa, min: 4, max: 3}", "scaling.max is 3"),
            Map.entry("scaling: {mode: hpa, max: 13}", "there are 12 partitions"),
            Map.entry(
                "{scaling: {mode: hpa}, resources: {requests: {cpu: null}}}",
                "resources.requests.cpu is not set"),
            Map.entry("scaling: {mode: keda}", "prometheusAddress is empty"),
            Map.entry("scaling: {mode: often}", "scaling"),
            Map.entry("terminationGracePeriodSeconds: 20", "use 30 or more"),
            Map.entry(
                "monitoring: {podMonitor: {enabled: true}, serviceMonitor: {enabled: true}}",
                "count twice"),
            Map.entry("strimzi: {enabled: true}", "strimzi.cluster is empty"),
            Map.entry(
                "strimzi: {enabled: true, cluster: a, topics: {replicas: 1}}",
                "nothing could be written"),
            Map.entry("replicas: 3", "replicas"))
        .entrySet()
        .stream()
        .map(pair -> Arguments.of(pair.getKey(), pair.getValue()));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void isRefusedInWordsThatNameTheValue(String values, String words) {
    assertThatThrownBy(() -> Chart.text(values))
        .hasMessageContaining(words)
        .message()
        .doesNotContain("sesame");
  }

  @ParameterizedTest
  @ValueSource(strings = {"448Mi", "0.5Gi", "470M", "1G", "469762048"})
  void aLimitThatHoldsAWorkerIsTaken(String limit) {
    JsonNode worker = Chart.with("resources: {limits: {memory: %s}}".formatted(limit)).worker();

    assertThat(worker.at("/resources/limits").has("memory")).isTrue();
  }

  @Test
  void aPasswordThatStaysInItsSecretIsTaken() {
    for (String jaas :
        List.of(
            "${file:/run/secrets/ringpost/kafka/kafka.properties:jaas}",
            "a.ScramLoginModule required username=\"me\""
                + " password=\"${dir:/run/secrets/ringpost/kafka:password}\";",
            "a.OAuthBearerLoginModule required clientId=\"me\""
                + " clientSecret='${dir:/run/secrets/ringpost/kafka:client}' scope=\"calls\";",
            "a.Krb5LoginModule required useKeyTab=true storeKey=true keyTab=\"/etc/a.keytab\";",
            "a.IAMLoginModule required;")) {
      Manifests manifests =
          Chart.with(
              "kafka: {properties: {config.providers: 'dir, file', sasl.jaas.config: '%s'}}"
                  .formatted(jaas.replace("'", "''")));

      JsonNode file = new ObjectMapper().valueToTree(new Yaml().load(manifests.configuration()));
      assertThat(file.at("/kafka/properties/sasl.jaas.config").asText()).isEqualTo(jaas);
    }
  }
}
