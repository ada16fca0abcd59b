package dev.weft.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowControlTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void allBytesArriveInOrderWhateverTheChunksAndWindows(long fixed) {
        for (long seed : new long[] {fixed, System.nanoTime()}) {
            run(seed);
        }
    }

    private static void run(long seed) {
        Random random = new Random(seed);
        Http2Settings settings = new Http2Settings(
                1 + random.nextInt(100_000),
                100_001 + random.nextInt(1_000_000),
                65_535 + random.nextInt(1_000_000),
                16_384 + random.nextInt(50_000),
                100,
                16_384,
                1 + random.nextInt(50_000),
                0,
                Http2Settings.DEFAULTS.settingsTimeout());
        String label = "seed " + seed;
        try (Pair pair = new Pair(settings, settings)) {
            pair.pump(random);
            List<RecordingStream> senders = new ArrayList<>();
            List<ByteArrayOutputStream> sent = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(8); i++) {
                senders.add(Http2ConnectionTest.open(pair, false));
                sent.add(new ByteArrayOutputStream());
            }
            pair.pump(random);
            pair.serverEvents.requests.forEach(r -> r.consumes = false);
            for (int round = 0; round < 60; round++) {
                round(pair, settings, random, senders, sent, label);
            }
            finish(pair, random, senders);
            for (int i = 0; i < senders.size(); i++) {
                RecordingStream received = pair.serverEvents.request(i);
                assertThat(received.ended).as(label).isTrue();
                assertThat(received.bytes.toByteArray())
                        .as(label)
                        .isEqualTo(sent.get(i).toByteArray());
            }
        }
    }

    private static void round(
            Pair pair,
            Http2Settings settings,
            Random random,
            List<RecordingStream> senders,
            List<ByteArrayOutputStream> sent,
            String label) {
        int i = random.nextInt(senders.size());
        if (senders.get(i).stream().isWritable()) {
            byte[] chunk = new byte[1 + random.nextInt(random.nextBoolean() ? 200 : 150_000)];
            random.nextBytes(chunk);
            sent.get(i).writeBytes(chunk);
            senders.get(i).stream().sendData(Unpooled.wrappedBuffer(chunk), false);
        }
        pair.pump(random);
        int held = 0;
        for (RecordingStream received : pair.serverEvents.requests) {
            held += received.unconsumed;
            assertThat(received.unconsumed).as(label).isLessThanOrEqualTo(settings.maxStreamWindow());
            if (random.nextInt(3) == 0 && received.unconsumed > 0) {
                int n = 1 + random.nextInt(received.unconsumed);
                received.unconsumed -= n;
                received.stream().consume(n);
            }
        }
        assertThat(held).as(label).isLessThanOrEqualTo(settings.connectionWindow());
    }

    private static void finish(Pair pair, Random random, List<RecordingStream> senders) {
        senders.forEach(s -> s.stream().sendData(Unpooled.EMPTY_BUFFER, true));
        for (RecordingStream received : pair.serverEvents.requests) {
            received.consumes = true;
            received.consumeAll();
        }
        pair.pump(random);
    }

    @Test
    void aBulkStreamDoesNotHoldUpASmallOne() {
        try (Pair pair = new Pair()) {
            RecordingStream bulk = Http2ConnectionTest.open(pair, false);
            RecordingStream small = Http2ConnectionTest.open(pair, false);
            pair.pump();
            pair.clientChannel.config().setWriteBufferWaterMark(new io.netty.channel.WriteBufferWaterMark(1024, 2048));
            int much = 10 * Outbound.QUANTUM;
            bulk.stream().sendData(Unpooled.buffer(much).writeZero(much), false);
            small.stream().sendData(Http2ConnectionTest.text("small"), false);
            pair.clientChannel.runPendingTasks();
            int before = 0;
            while (pair.serverEvents.request(1).bytes.size() == 0) {
                assertThat(before).isLessThanOrEqualTo(2 * Outbound.QUANTUM);
                io.netty.buffer.ByteBuf out = pair.clientChannel.readOutbound();
                before += out.readableBytes();
                pair.serverChannel.writeInbound(out);
            }
        }
    }

    @Test
    void stopsFeedingAChannelThatDoesNotTakeMore() {
        try (Pair pair = new Pair()) {
            RecordingStream bulk = Http2ConnectionTest.open(pair, false);
            pair.pump();
            pair.clientChannel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
            bulk.stream().sendData(Unpooled.buffer(1 << 20).writeZero(1 << 20), false);
            pair.clientChannel.runPendingTasks();
            assertThat(pair.clientChannel.outboundMessages()).isEmpty();
            assertThat(bulk.stream().isWritable()).isFalse();
            pair.clientChannel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
            pair.pump();
            assertThat(pair.serverEvents.request(0).bytes.size()).isEqualTo(1 << 20);
            assertThat(bulk.stream().isWritable()).isTrue();
            assertThat(bulk.writable).isEqualTo(1);
        }
    }

    @Test
    void aStalledStreamStallsOnlyItself() {
        try (Pair pair = new Pair()) {
            RecordingStream stalled = Http2ConnectionTest.open(pair, false);
            RecordingStream other = Http2ConnectionTest.open(pair, false);
            pair.pump();
            pair.serverEvents.request(0).consumes = false;
            int much = 2 << 20;
            stalled.stream().sendData(Unpooled.buffer(much).writeZero(much), false);
            other.stream().sendData(Unpooled.buffer(much).writeZero(much), true);
            pair.pump();
            assertThat(pair.serverEvents.request(0).bytes.size()).isEqualTo(Http2Settings.DEFAULTS.streamWindow());
            assertThat(pair.serverEvents.request(1).bytes.size()).isEqualTo(much);
        }
    }

    @Test
    void creditOfAStreamThatClosesGoesBackToTheConnection() {
        try (Pair pair = new Pair()) {
            for (int i = 0; i < 600; i++) {
                RecordingStream sender = Http2ConnectionTest.open(pair, false);
                pair.pump();
                RecordingStream received = pair.serverEvents.request(i);
                received.consumes = false;
                sender.stream().sendData(Unpooled.buffer(200_000).writeZero(200_000), false);
                pair.pump();
                received.stream().sendHeaders(new DefaultHttp2Headers().status("200"), false);
                received.stream().reset(ErrorCode.CANCEL);
                assertThat(received.bytes.size()).isEqualTo(Http2Settings.DEFAULTS.streamWindow());
                pair.pump();
            }
        }
    }
}
