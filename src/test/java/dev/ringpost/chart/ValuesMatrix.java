package dev.ringpost.chart;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Values that users of the chart combine: each switch on its own, and all together. */
final class ValuesMatrix {

  private static final String MONITORING =
      """
      monitoring:
        podMonitor: {enabled: true, labels: {release: prometheus}}
        prometheusRule: {enabled: true, labels: {release: prometheus}, runbookUrl: "https://wiki.example.com/ringpost/"}
        dashboards: {enabled: true, annotations: {grafana_folder: Calls}}
      """;

  private static final String GRAFANA_OPERATOR =
      """
      kafka: {clientRack: eu-central-1a}
      monitoring:
        dashboards:
          enabled: true
          labels: null
          grafanaOperator:
            enabled: true
            instanceLabels: {dashboards: grafana}
            folder: Calls
            allowCrossNamespaceImport: true
      """;

  private static final String KEDA =
      """
      scaling:
        mode: keda
        keda: {prometheusAddress: "http://prometheus.monitoring:9090", kafkaAuthentication: kafka}
      """;

  private static final String STRIMZI =
      """
      strimzi: {enabled: true, cluster: calls, namespace: kafka}
      kafka:
        bootstrapServers: ["calls-kafka-bootstrap.kafka:9093"]
        secret: ringpost
        caSecret: calls-cluster-ca-cert
        properties:
          security.protocol: SASL_SSL
          sasl.mechanism: SCRAM-SHA-512
          sasl.jaas.config: ${directory:/run/secrets/ringpost/kafka:sasl.jaas.config}
          config.providers: directory
          config.providers.directory.class: org.apache.kafka.common.config.provider.DirectoryConfigProvider
          ssl.truststore.type: PEM
          ssl.truststore.location: /run/secrets/ringpost/kafka-ca/ca.crt
      """;

  private static final String SETTINGS =
      """
      settings:
        ring: {default: 45s}
        retry: {ladder: [1s, 2s], group: calls.retry}
        topics: {invites: acme.invites, retry: acme.retry}
        intake: {group: calls}
        apns: {production: {port: 2197}}
        log: {level: debug}
      """;

  private static final String PLACEMENT =
      """
      nodeSelector: {pool: calls}
      tolerations: [{key: calls, operator: Exists}]
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: kubernetes.io/hostname
              labelSelector: {matchLabels: {app.kubernetes.io/name: ringpost}}
      topologySpread: []
      priorityClassName: calls
      podAnnotations: {team: voice}
      podLabels: {team: voice}
      imagePullSecrets: [{name: registry}]
      env: [{name: JAVA_TOOL_OPTIONS, value: "-Xlog:gc"}]
      podSecurityContext: {runAsUser: null, fsGroup: null}
      image: {repository: registry.example.com/ringpost, digest: "sha256:%s"}
      """
          .formatted("0".repeat(64));

  private static final String NETWORK =
      """
      networkPolicy:
        scrapers: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
        kafka: [{ipBlock: {cidr: 10.0.0.0/8}}]
        kafkaPorts: [9092, 9094]
        dns: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]
      """;

  private static final String TWO_APPS =
      """
      apps:
        - bundleIds: [com.example.phone, com.example.tablet]
          environments: [production]
          payload: {shape: callkeep}
          key: {secret: team-key, file: AuthKey_ABC123DEFG.p8, keyId: ABC123DEFG, teamId: TEAM123456}
        - bundleIds: [com.example.desk]
          payload: {caller: none, shape: {aps: {}, id: "{call.uuid}", video: "{video}", kept: true}}
          certificate: {secret: desk, file: desk.p12, passphraseFile: desk.passphrase}
      """;

  private static final String CSI =
      """
      apps:
        - bundleIds: [com.example.phone]
          key: {folder: /run/secrets/csi/, file: AuthKey_ABC123DEFG.p8, keyIdFile: key-id, teamId: TEAM123456}
        - bundleIds: [com.example.desk]
          certificate: {folder: /run/secrets/csi, file: desk.p12, passphraseFile: desk.passphrase}
      extraVolumes:
        - name: csi
          csi: {driver: secrets-store.csi.k8s.io, readOnly: true, volumeAttributes: {secretProviderClass: calls}}
      extraVolumeMounts: [{name: csi, mountPath: /run/secrets/csi, readOnly: true}]
      """;

  private static final String BESIDE =
      """
      initContainers:
        - &container
          name: before
          image: registry.example.com/before
          restartPolicy: Always
          securityContext: &confined
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: [ALL]}
          resources: &resources {limits: {memory: 64Mi}}
      extraContainers:
        - name: beside
          image: registry.example.com/beside
          securityContext: *confined
          resources: *resources
      envFrom: [{configMapRef: {name: proxies}}, {secretRef: {name: more, optional: true}}]
      check: {enabled: true, podAnnotations: {sidecar.istio.io/inject: "false"}, resources: {limits: {memory: 300Mi}}}
      """;

  private static final String NAMES =
      """
      dnsPolicy: None
      dnsConfig: {nameservers: [10.0.0.10], searches: [svc.cluster.local], options: [{name: ndots, value: "1"}]}
      hostAliases: [{ip: 10.1.2.3, hostnames: [kafka-1.example.com]}]
      networkPolicy:
        dnsPorts: [53]
        extraEgress: [{to: [{podSelector: {matchLabels: {app: vault}}}], ports: [{port: 8200, protocol: TCP}]}]
        extraIngress: [{from: [{podSelector: {matchLabels: {app: debug}}}], ports: [{port: admin, protocol: TCP}]}]
      """;

  private static final String MARKED =
      """
      enabled: true
      global: {imageRegistry: registry.example.com/, imagePullSecrets: [{name: umbrella}], other: {of: the parent}}
      imagePullSecrets: [{name: registry}]
      commonLabels: {team: voice, app.kubernetes.io/instance: another}
      commonAnnotations: {owner: voice@example.com}
      deploymentAnnotations: {reloader.stakater.com/auto: "true"}
      podLabels: {team: ringing, app.kubernetes.io/name: another}
      revisionHistoryLimit: 10
      serviceAccount: {annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::1:role/calls"}, automountToken: true}
      monitoring:
        scrapeTimeout: 10s
        relabelings: [{action: replace, targetLabel: cluster, replacement: eu-1}]
        metricRelabelings: [{action: drop, sourceLabels: [__name__], regex: jvm_.*}]
        podTargetLabels: [team]
        podMonitor: {enabled: true, annotations: {a: b}}
        prometheusRule: {enabled: true, annotations: {a: b}, alertLabels: {team: voice, severity: none}, disabled: [RingpostCanaryFails]}
      """;

  private static final String GATEWAY =
      """
      gateway:
        enabled: true
        tokensSecret: gateway-tokens
      """;

  private static final String WHOLE_GATEWAY =
      """
      gateway:
        enabled: true
        replicas: 3
        tls: {secret: gateway-tls, clientAuthorities: ca.crt}
        webhook: {url: "https://calls.example.com:8443/verdicts", secret: verdicts}
        kafkaSecret: ringpost-gateway
        clients: [{podSelector: {matchLabels: {app: sip}}}]
        podAnnotations: {team: sip}
      snapshot: {secret: ringpost-snapshot}
      """;

  private static final String HEALTH = "health: {enabled: true}\n";

  private static final String WHOLE_HEALTH =
      """
      health:
        enabled: true
        replicas: 3
        kafkaSecret: ringpost-health
        podAnnotations: {team: calls}
        checkPodAnnotations: {a: b}
        env: [{name: JAVA_TOOL_OPTIONS, value: "-Xlog:gc"}]
      snapshot: {secret: ringpost-snapshot}
      settings:
        topics: {device-health: acme.health, results: acme.results}
        results: {callee: digest}
        ring: {max: 2m}
        health: {group: acme.health, deaf-calls: 7}
      """;

  private static final String SYNTHETIC = "synthetic: {enabled: true, callee: test-phone}\n";

  private static final String WHOLE_SYNTHETIC =
      """
      synthetic:
        enabled: true
        callee: test-phone
        kafkaSecret: ringpost-synthetic
        podAnnotations: {team: calls}
        checkPodAnnotations: {a: b}
        env: [{name: JAVA_TOOL_OPTIONS, value: "-Xlog:gc"}]
      settings:
        topics: {results: acme.results}
        synthetic: {every: 30s, expect-ringing: false}
      """;

  private ValuesMatrix() {}

  /** The values by what they are about. */
  static Map<String, String> all() {
    Map<String, String> matrix = new TreeMap<>();
    matrix.put("the least", "");
    matrix.put("monitoring", MONITORING);
    matrix.put(
        "a service monitor", "monitoring: {serviceMonitor: {enabled: true, labels: {a: b}}}");
    matrix.put("a rack and the Grafana operator", GRAFANA_OPERATOR);
    matrix.put("hpa", "scaling: {mode: hpa, min: 3, max: 12}");
    matrix.put("keda", KEDA);
    matrix.put("strimzi", STRIMZI);
    matrix.put("settings", SETTINGS);
    matrix.put("placement", PLACEMENT);
    matrix.put("network", NETWORK);
    matrix.put("live page", "livePage: {enabled: true}");
    matrix.put("snapshot", "snapshot: {secret: ringpost-snapshot}");
    matrix.put("snapshot on a claim", "snapshot: {secret: ringpost-snapshot, claim: shared}");
    matrix.put("two apps", TWO_APPS);
    matrix.put("credentials of a CSI driver", CSI);
    matrix.put("containers beside the worker", BESIDE);
    matrix.put("names", NAMES);
    matrix.put("marked", MARKED);
    matrix.put("another namespace", "{namespaceOverride: kafka, scaling: {mode: hpa}}");
    matrix.put("a gateway", GATEWAY);
    matrix.put(
        "a gateway with a service monitor",
        GATEWAY + "monitoring: {serviceMonitor: {enabled: true}}\n");
    matrix.put("a gateway with all", MONITORING + KEDA + STRIMZI + TWO_APPS + WHOLE_GATEWAY);
    matrix.put(
        "a gateway that is checked",
        WHOLE_GATEWAY.replace("replicas: 3", "checkPodAnnotations: {a: b}")
            + "check: {enabled: true}\n");
    matrix.put("health", HEALTH);
    matrix.put(
        "health with a service monitor",
        HEALTH + "monitoring: {serviceMonitor: {enabled: true}}\n");
    matrix.put(
        "health with all",
        MONITORING + KEDA + STRIMZI + TWO_APPS + WHOLE_HEALTH + "check: {enabled: true}\n");
    matrix.put(
        "health and a gateway",
        HEALTH + GATEWAY + "check: {enabled: true}\nmonitoring: {podMonitor: {enabled: true}}\n");
    matrix.put("synthetic calls", SYNTHETIC);
    matrix.put(
        "synthetic calls with all",
        MONITORING + KEDA + STRIMZI + TWO_APPS + WHOLE_SYNTHETIC + "check: {enabled: true}\n");
    matrix.put(
        "a synthetic call by helm test",
        "synthetic: {callee: test-phone}\nmonitoring: {serviceMonitor: {enabled: true}}\n");
    matrix.put("the check", "check: {enabled: true}");
    matrix.put(
        "without extras",
        """
        serviceAccount: {create: false, name: calls}
        podDisruptionBudget: {enabled: false}
        networkPolicy: {enabled: false}
        nameOverride: calls
        """);
    matrix.put(
        "all together",
        MONITORING
            + KEDA
            + STRIMZI
            + SETTINGS
            + PLACEMENT
            + NETWORK
            + TWO_APPS
            + "check: {enabled: true}\n");
    return matrix;
  }

  /** The same with those that {@code helm test} runs. */
  static Manifests renderedWithTests(Path copy, String about) {
    return Chart.withTests(copy, Objects.requireNonNull(all().get(about), about));
  }

  /** The objects that one of them makes. */
  static Manifests rendered(String about) {
    return Chart.with(Objects.requireNonNull(all().get(about), about));
  }
}
