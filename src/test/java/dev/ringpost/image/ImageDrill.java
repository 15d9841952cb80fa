package dev.ringpost.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Volume;
import dev.ringpost.chart.Chart;
import dev.ringpost.chart.Manifests;
import dev.ringpost.cli.report.ExitCode;
import dev.ringpost.testing.CallPlatform;
import dev.ringpost.testing.Need;
import dev.ringpost.testing.Needs;
import dev.ringpost.testing.OperatorJar;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;

/**
 * The image as the chart's Deployment and Job run it, by Docker in place of a kubelet: rendered
 * arguments, mounts, rights and probes, a user that nobody knows; beside it Apache's own Kafka, and
 * the devkit as its APNs.
 */
@Needs(Need.DOCKER)
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ImageDrill {

  private static final String KAFKA = "apache/kafka:4.3.1";
  private static final String ANY_USER = "31337:31337";
  private static final long MEMORY = 768L << 20;
  private static final int ADMIN = 8080;

  /** Unpacked; it shall not grow unseen. */
  private static final long SIZE = 190_000_000;

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Values of the chart for a cluster without iPhones; the devkit's folder serves as Secret. */
  private static final String VALUES =
      """
      image: {repository: ringpost-test/ringpost, tag: latest}
      kafka: {bootstrapServers: ["kafka:19092"]}
      apps:
        - bundleIds: [com.example.phone]
          key: {secret: apns, file: key.p8, keyId: DEVKITKEY1, teamId: DEVKITTEAM}
      settings:
        topics: {create: true, replication-factor: 1, partitions: 2}
        apns:
          production: {host: localhost, port: 2197}
          sandbox: {host: localhost, port: 8443}
          trusted-certificates: /run/devkit/ca.pem
      extraVolumes: [{name: devkit, secret: {secretName: apns}}]
      extraVolumeMounts: [{name: devkit, mountPath: /run/devkit, readOnly: true}]
      scaling: {partitions: 2, max: 2}
      networkPolicy: {apnsPorts: [443, 2197, 8443]}
      podSecurityContext: {runAsUser: 31337, fsGroup: 31337}
      # A cache that does not fit its jars, options or runtime is passed over in silence otherwise.
      env: [{name: JAVA_TOOL_OPTIONS, value: "-XX:AOTMode=on"}]
      check: {enabled: true}
      """;

  private final Network network = Network.newNetwork();
  private final KafkaContainer kafka = new KafkaContainer(KAFKA);
  private String image = "";
  private String devkit = "";
  private GenericContainer<?> apns = new GenericContainer<>(KAFKA);
  private GenericContainer<?> worker = new GenericContainer<>(KAFKA);
  private @Nullable Manifests manifests;
  private @Nullable ChartPod pod;
  private @Nullable Path secrets;

  @BeforeAll
  @Timeout(300)
  void start(@TempDir Path folder) throws IOException {
    BuiltImage built = BuiltImage.in(Files.createDirectory(folder.resolve("context")));
    devkit = built.stage("devkit");
    image = built.stage("ringpost");
    // An image whose own configuration files were stored read-only starts as root only.
    kafka.withCreateContainerCmdModifier(container -> container.withUser("root"));
    kafka.withNetwork(network).withListener("kafka:19092").start();

    Path shared = Files.createDirectory(folder.resolve("devkit"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
    apns = container(devkit, new Bind(shared.toString(), new Volume("/run/devkit"), AccessMode.rw));
    apns.withNetwork(network).withExposedPorts(ADMIN).withCommand("apns");
    apns.waitingFor(Wait.forLogMessage("production on port.*\\n", 1)).start();

    secrets = shared;
    manifests = Chart.with(VALUES);
    pod =
        ChartPod.of(
            manifests, "Deployment", shared, Files.createDirectory(folder.resolve("worker")));
    worker = pod.container();
    worker.withNetworkMode("container:" + apns.getContainerId()).start();
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                !worker.isRunning()
                    || (green("startupProbe")
                        && green("livenessProbe")
                        && green("readinessProbe")));
    assertThat(worker.isRunning()).as(worker.getLogs()).isTrue();
  }

  @AfterAll
  void stop() {
    worker.close();
    apns.close();
    kafka.close();
    network.close();
  }

  @Test
  @Order(1)
  void aCallRings() {
    try (var call = container(devkit).withNetwork(network)) {
      call.withCommand("call", "--bootstrap-servers", "kafka:19092", "--callee", "alice").start();
      ContainerState ended = awaitEnd(call);

      assertThat(ended.getExitCodeLong()).as(call.getLogs()).isZero();
      assertThat(call.getLogs()).contains("\"callee\":\"alice\"", "\"verdict\":\"accepted\"");
    }
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(apns.getLogs())
                    .containsPattern(
                        "rings production: com\\.example\\.phone\\.voip, apns-id \\S+, call"
                            + " devkit-"));
  }

  /** The native parts of zstd and snappy want to be unpacked somewhere, and there is nowhere. */
  @Test
  @Order(2)
  void invitesAreReadHoweverTheirProducerCompresses() {
    try (var platform = new CallPlatform(kafka.getBootstrapServers())) {
      for (String codec : List.of("zstd", "snappy", "lz4", "gzip")) {
        try (var producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.getBootstrapServers(), "compression.type", codec),
                new StringSerializer(),
                new StringSerializer())) {
          var _ =
              producer.send(
                  new ProducerRecord<>(
                      CallPlatform.INVITES,
                      """
                      {"callId": "call-%s", "callee": "nobody",
                       "caller": {"uri": "sip:bob@example.com"}}\
                      """
                          .formatted(codec)));
        }
      }
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(platform.results())
                      .extracting(result -> result.path("callId").asText())
                      .contains("call-zstd", "call-snappy", "call-lz4", "call-gzip"));
    }
  }

  @Test
  @Order(3)
  void theChartsCheckRunsInTheImage(@TempDir Path folder) throws IOException {
    var job =
        ChartPod.of(requireNonNull(manifests), "Job", requireNonNull(secrets), folder).container();
    try (job) {
      job.withNetworkMode("container:" + apns.getContainerId()).start();

      assertThat(awaitEnd(job).getExitCodeLong()).as(job.getLogs()).isZero();
      assertThat(job.getLogs()).contains("ok", "call-invites", "localhost");
    }
  }

  /** The cache stays in use: with {@code AOTMode=on} the JVM ends where it does not fit. */
  @Test
  @Order(4)
  void kafkasClientsFindJarsThatAreMounted(@TempDir Path folder) throws Exception {
    Path jars = readable(folder.resolve("jars"));
    OperatorJar.writeReporter(jars);
    Bind settings =
        configuration(
            folder.resolve("settings"),
            """
            kafka:
              bootstrap-servers: [kafka:19092]
              properties: {metric.reporters: com.example.operator.Reporter}
            topics: {replication-factor: 1, partitions: 2}
            """);
    Bind mounted = new Bind(jars.toString(), new Volume("/jars"), AccessMode.ro);
    try (var without = check(settings);
        var with = check(settings, mounted)) {
      without.start();
      with.withEnv("RINGPOST_EXTRA_JARS", "/jars").start();

      assertThat(awaitEnd(without).getExitCodeLong()).isEqualTo(ExitCode.CONFIGURATION.number());
      assertThat(without.getLogs()).contains("com.example.operator.Reporter");
      assertThat(awaitEnd(with).getExitCodeLong()).as(with.getLogs()).isZero();
      assertThat(with.getLogs()).contains(OperatorJar.REPORTER_SAYS);
    }
  }

  private GenericContainer<?> check(Bind... folders) {
    return container(image, folders)
        .withNetwork(network)
        .withEnv("JAVA_TOOL_OPTIONS", "-XX:AOTMode=on")
        .withCommand("topics", "check", "--config", "/etc/ringpost/ringpost.yaml");
  }

  @Test
  @Order(5)
  void sigtermLeavesAndExitsWithZero() {
    docker()
        .stopContainerCmd(worker.getContainerId())
        .withTimeout(requireNonNull(pod).graceSeconds())
        .exec();

    assertThat(state(worker).getExitCodeLong()).isEqualTo(ExitCode.CLEAN.number());
    assertThat(worker.getLogs()).contains("leaving", "left");
  }

  @Test
  @Order(6)
  void aBrokenConfigurationIsToldWhole(@TempDir Path folder) throws IOException {
    Bind mistakes =
        configuration(
            folder.resolve("broken"),
            """
            kafka: {bootstrap-server: "kafka:9092"}
            ring: {default: 30 bananas}
            """);
    try (var broken = container(image, mistakes)) {
      broken.start();

      assertThat(awaitEnd(broken).getExitCodeLong()).isEqualTo(ExitCode.CONFIGURATION.number());
      assertThat(broken.getLogs())
          .contains("/etc/ringpost/ringpost.yaml has ")
          .contains("kafka.bootstrap-server (line 1): unknown key")
          .contains("ring.default (line 2)");
    }
  }

  @Test
  @Order(7)
  void theUserIsANumberThereIsNoShellAndItHasNotGrown() {
    var inspected = docker().inspectImageCmd(image).exec();
    var config = requireNonNull(inspected.getConfig());
    assertThat(inspected.getSize()).isLessThan(SIZE);
    assertThat(config.getUser()).isEqualTo("65532:65532");
    assertThat(config.getCmd()).containsExactly("run", "--config", "/etc/ringpost/ringpost.yaml");
    try (var shell = container(image)) {
      shell.withCreateContainerCmdModifier(container -> container.withEntrypoint("/bin/sh"));
      assertThatThrownBy(shell::start).hasStackTraceContaining("/bin/sh");
    }
  }

  private static GenericContainer<?> container(String name, Bind... folders) {
    return new GenericContainer<>(name)
        .withCreateContainerCmdModifier(
            container ->
                requireNonNull(container.withUser(ANY_USER).getHostConfig())
                    .withReadonlyRootfs(true)
                    .withCapDrop(Capability.ALL)
                    .withSecurityOpts(List.of("no-new-privileges"))
                    .withMemory(MEMORY)
                    .withBinds(folders));
  }

  /** Where the image looks for it unless it is told otherwise. */
  private static Bind configuration(Path folder, String yaml) throws IOException {
    Files.write(readable(folder).resolve("ringpost.yaml"), yaml.getBytes(UTF_8));
    return new Bind(folder.toString(), new Volume("/etc/ringpost"), AccessMode.ro);
  }

  /** A new folder that the container's user may read. */
  private static Path readable(Path folder) throws IOException {
    Files.createDirectory(folder);
    return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** The pod shares the network of the devkit beside it. */
  private boolean green(String probe) {
    ChartPod asked = requireNonNull(pod);
    int port = apns.getMappedPort(asked.port(probe));
    var url = "http://%s:%d%s".formatted(apns.getHost(), port, asked.probe(probe));
    try {
      return URI.create(url).toURL().openConnection() instanceof HttpURLConnection page
          && page.getResponseCode() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  private static ContainerState awaitEnd(GenericContainer<?> container) {
    await().atMost(PATIENCE).until(() -> !Boolean.TRUE.equals(state(container).getRunning()));
    return state(container);
  }

  private static ContainerState state(GenericContainer<?> container) {
    return docker().inspectContainerCmd(container.getContainerId()).exec().getState();
  }

  private static DockerClient docker() {
    return DockerClientFactory.instance().client();
  }
}
