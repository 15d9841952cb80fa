package dev.ringpost.bench.peers;

import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import java.util.List;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * Confluent's parallel-consumer, after <a
 * href="https://github.com/confluentinc/parallel-consumer/blob/master/README.adoc">its README</a>:
 * unordered, which it calls the fastest option, auto-commit off, and a function that processes one
 * record and returns when that is done. Its own defaults for the rest.
 */
final class ParallelPeer {

  private ParallelPeer() {}

  static AutoCloseable start(Invites invites, CallPushes calls, int concurrency) {
    var options =
        ParallelConsumerOptions.<String, String>builder()
            .ordering(ProcessingOrder.UNORDERED)
            .maxConcurrency(concurrency)
            .consumer(new KafkaConsumer<>(invites.consumer()))
            .build();
    ParallelStreamProcessor<String, String> processor =
        ParallelStreamProcessor.createEosStreamProcessor(options);
    processor.subscribe(List.of(invites.topic()));
    processor.poll(context -> calls.ring(context.value()).join());
    return processor::closeDrainFirst;
  }
}
