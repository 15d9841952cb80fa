package dev.ringpost.journey;

import dev.ringpost.testing.FreePort;
import dev.ringpost.testing.LocalKafka;
import dev.ringpost.testing.apns.LocalCredentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AclBinding;

/**
 * A Kafka with SASL_SSL, SCRAM and an authorizer that allows nothing by itself, with one user whose
 * rights a test gives and takes.
 *
 * @param port of the listener that is guarded
 * @param properties what the user's clients need to be let in
 */
record GuardedKafka(LocalKafka kafka, Admin admin, int port, Map<String, String> properties)
    implements AutoCloseable {

  private static final String PASSWORD = "scrammed-s3cret";
  private static final String KEY_STORE_PASSWORD = "guarded-s3cret";

  /** Starts one; its files stand in a folder {@code kafka} of the given one. */
  static GuardedKafka start(Path folder, String user) throws Exception {
    LocalCredentials tls = LocalCredentials.in(Files.createDirectory(folder.resolve("kafka")));
    int port = FreePort.find();
    var kafka =
        LocalKafka.guarded(port, tls.serverKeyStore(KEY_STORE_PASSWORD), KEY_STORE_PASSWORD);
    Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    var scram = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
    admin
        .alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(user, scram, PASSWORD)))
        .all()
        .get();
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("security.protocol", "SASL_SSL");
    properties.put("sasl.mechanism", "SCRAM-SHA-512");
    properties.put(
        "sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
            .formatted(user, PASSWORD));
    properties.put("ssl.truststore.type", "PEM");
    properties.put("ssl.truststore.location", tls.trustedCertificates().toString());
    return new GuardedKafka(kafka, admin, port, properties);
  }

  /** Where the user finds it. */
  String guarded() {
    return "localhost:" + port;
  }

  /** Where anybody may do everything. */
  String open() {
    return kafka.bootstrapServers();
  }

  void give(List<AclBinding> bindings) throws Exception {
    admin.createAcls(bindings).all().get();
  }

  void take(AclBinding binding) throws Exception {
    admin.deleteAcls(List.of(binding.toFilter())).all().get();
  }

  @Override
  public void close() {
    admin.close();
    kafka.close();
  }
}
