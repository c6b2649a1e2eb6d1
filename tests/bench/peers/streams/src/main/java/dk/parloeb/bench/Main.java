// SPDX-License-Identifier: MPL-2.0
package dk.parloeb.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * Kafka Streams on the least work that is like forloeb's: exactly once, a counter per key in a
 * store with a changelog, and every record written on. Prints one line of JSON.
 *
 * <p>Time and CPU count from the first record until the N-th is processed; the last transaction (at
 * most 100 ms) is not waited for, which is in the favour of Kafka Streams.
 */
public final class Main {
	private static final String STORE = "counters";

	/** Shared by all stream threads. */
	private static final class Progress {
		final long wanted;
		final AtomicLong seen = new AtomicLong();
		final CountDownLatch done = new CountDownLatch(1);
		volatile long startNanos, startCpuNanos, endNanos, endCpuNanos;
		volatile Throwable failure;

		Progress(long wanted) {
			this.wanted = wanted;
		}

		void note() {
			long n = seen.incrementAndGet();

			if (n == 1) {
				startCpuNanos = cpuNanos();
				startNanos = System.nanoTime();
			}
			if (n == wanted) {
				endNanos = System.nanoTime();
				endCpuNanos = cpuNanos();
				done.countDown();
			}
		}
	}

	private static final class Counter implements Processor<byte[], byte[], byte[], byte[]> {
		private final Progress progress;
		private ProcessorContext<byte[], byte[]> context;
		private KeyValueStore<byte[], Long> store;

		Counter(Progress progress) {
			this.progress = progress;
		}

		@Override
		public void init(ProcessorContext<byte[], byte[]> context) {
			this.context = context;
			store = context.getStateStore(STORE);
		}

		@Override
		public void process(Record<byte[], byte[]> record) {
			if (record.key() != null) {
				Long old = store.get(record.key());

				store.put(record.key(), old == null ? 1L : old + 1);
			}
			context.forward(record);
			progress.note();
		}
	}

	/** All threads of this process, user and system, from /proc/PID/stat. */
	private static long cpuNanos() {
		return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
	}

	private static double rssMib() throws Exception {
		for (String line : Files.readAllLines(Path.of("/proc/self/status")))
			if (line.startsWith("VmRSS:"))
				return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
		throw new IllegalStateException("no VmRSS");
	}

	private static Properties config(String bootstrap, String application, String stateDir) {
		Properties p = new Properties();

		p.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
		p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
		p.put(StreamsConfig.STATE_DIR_CONFIG, stateDir);
		p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
		p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
		p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, Runtime.getRuntime().availableProcessors());
		p.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
		p.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
		p.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
		p.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
		return p;
	}

	/** The store lies in memory, as forloeb's does, and each put is one changelog record. */
	private static Topology topology(String in, String out, Progress progress) {
		return new Topology()
			.addSource("in", in)
			.addProcessor("count", () -> new Counter(progress), "in")
			.addStateStore(Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(STORE),
				Serdes.ByteArray(), Serdes.Long()).withLoggingEnabled(java.util.Map.of()), "count")
			.addSink("out", out, "count");
	}

	private static void report(Progress progress, double rss) {
		double seconds = (progress.endNanos - progress.startNanos) / 1e9;
		double cpu = (progress.endCpuNanos - progress.startCpuNanos) / 1e9;

		System.out.printf(Locale.ROOT,
			"{\"work\":\"streams\",\"records\":%d,\"seconds\":%.3f,\"rate\":%.0f,\"cpu_per_million\":%.2f,\"rss\":%.1f}%n",
			progress.wanted, seconds, progress.wanted / seconds, cpu * 1e6 / progress.wanted, rss);
	}

	public static void main(String[] args) throws Exception {
		if (args.length != 7) {
			System.err.println("usage: streams-peer BOOTSTRAP IN OUT APPLICATION STATE_DIR N TIMEOUT_S");
			System.exit(2);
		}
		Progress progress = new Progress(Long.parseLong(args[5]));
		KafkaStreams streams = new KafkaStreams(topology(args[1], args[2], progress), config(args[0], args[3], args[4]));

		streams.setUncaughtExceptionHandler(e -> {
			progress.failure = e;
			progress.done.countDown();
			return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
		});
		streams.start();
		boolean ended = progress.done.await(Long.parseLong(args[6]), TimeUnit.SECONDS);
		double rss = rssMib();

		streams.close(Duration.ofSeconds(30));
		if (!ended || progress.failure != null) {
			System.err.printf("streams-peer: %d of %d records, %s%n", progress.seen.get(), progress.wanted,
				progress.failure == null ? "timed out" : progress.failure);
			System.exit(1);
		}
		report(progress, rss);
	}
}
