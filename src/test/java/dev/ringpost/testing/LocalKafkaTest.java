package dev.ringpost.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Node;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class LocalKafkaTest {

  @Test
  void startsAndAnswers() throws Exception {
    try (var kafka = LocalKafka.start();
        var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      assertThat(admin.describeCluster().nodes().get()).hasSize(1);
    }
  }

  @Test
  void listensOnThePortOfTheCallersChoice() throws Exception {
    int port = FreePort.find();
    try (var kafka = LocalKafka.onPort(port);
        var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      assertThat(admin.describeCluster().nodes().get()).extracting(Node::port).containsOnly(port);
    }
  }

  @Test
  void anotherControllerTakesOverAndTheFormerOneComesBack() throws Exception {
    var places = new LocalKafka.Places(FreePort.find(), FreePort.find(), FreePort.find());
    try (var kafka = LocalKafka.clusterAtTwoPlaces(List.of(places));
        var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      for (String topic : List.of("after-one", "after-two")) {
        int former = kafka.controllers().stopActive();
        admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        kafka.controllers().start(former);
      }
      assertThat(admin.listTopics().names().get()).contains("after-one", "after-two");
    }
  }
}
