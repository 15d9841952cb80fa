package dev.ringpost.testing.ruin.call;

import com.eatthepath.pushy.apns.ApnsClient;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.bouncycastle.cert.X509CertificateHolder;
import org.eclipse.jetty.server.Server;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine;

/** A record that knows every library, where none may be known. */
public record Libraries(
    ApnsClient pushy,
    Consumer<String, String> consumer,
    Producer<String, String> producer,
    Admin admin,
    MeterRegistry meters,
    OpenTelemetry spans,
    ObjectMapper json,
    X509CertificateHolder certificate,
    Server server,
    CommandLine commandLine,
    Yaml yaml) {}
