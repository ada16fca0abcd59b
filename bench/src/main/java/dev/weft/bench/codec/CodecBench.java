package dev.weft.bench.codec;

import com.sun.management.ThreadMXBean;
import dev.weft.bench.measure.PartReport;
import dev.weft.bench.measure.Quantiles;
import dev.weft.bench.proc.Machine;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Exception;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code --codec}: carries the same streams by Weft's codec and by Netty's, each with itself as the peer. One thread
 * does everything, so that its CPU time and its allocations are those of both ends.
 */
public final class CodecBench {
    private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int KIB = 1024;
    private static final int ROUNDS = 15;
    private static final double NANOS_PER_MICRO = 1000;

    private record LoadShape(String name, int streams, int octets) {}

    private static final List<LoadShape> LOADS = List.of(
            new LoadShape("1 KiB each way, 32 streams at a time", 32, KIB),
            new LoadShape("1 KiB each way, one stream at a time", 1, KIB),
            new LoadShape("1 MiB each way, one stream at a time", 1, KIB * KIB));

    private CodecBench() {}

    /** Measures, for about {@code 18 * slice} of CPU for each load and codec. */
    public static PartReport<CodecFigure> measure(Duration slice) {
        Instant time = Instant.now();
        List<CodecFigure> figures = new ArrayList<>();
        for (LoadShape load : LOADS) {
            try (Codec weft = new WeftCodec();
                    Codec frames = new NettyFrames();
                    Codec channels = new NettyChannels()) {
                Map<String, Codec> codecs = new LinkedHashMap<>();
                codecs.put("weft", weft);
                codecs.put("netty, frames", frames);
                codecs.put("netty, channels", channels);
                figures.addAll(compare(load, codecs, slice));
            } catch (Http2Exception e) {
                throw new IllegalStateException("Netty's codec refuses its settings", e);
            }
        }
        return new PartReport<>(time, Machine.here(), figures);
    }

    private static List<CodecFigure> compare(LoadShape load, Map<String, Codec> codecs, Duration slice) {
        ByteBuf octets = Unpooled.directBuffer(load.octets()).writeZero(load.octets());
        try {
            // Each stream sends its own view of the same octets.
            return compare(load, Unpooled.unreleasableBuffer(octets.asReadOnly()), codecs, slice);
        } finally {
            octets.release();
        }
    }

    private static List<CodecFigure> compare(LoadShape load, ByteBuf body, Map<String, Codec> codecs, Duration slice) {
        Map<String, List<Cost>> costs = new LinkedHashMap<>();
        codecs.forEach((_, codec) -> cost(codec, load, body, slice.multipliedBy(3))); // until they are compiled
        for (int round = 0; round < ROUNDS; round++) {
            codecs.forEach((name, codec) ->
                    costs.computeIfAbsent(name, _ -> new ArrayList<>()).add(cost(codec, load, body, slice)));
        }
        return costs.entrySet().stream()
                .map(each -> new CodecFigure(
                        load.name(),
                        each.getKey(),
                        Quantiles.median(each.getValue(), Cost::micros),
                        Quantiles.median(each.getValue(), Cost::allocated)))
                .toList();
    }

    private record Cost(double micros, double allocated) {}

    private static Cost cost(Codec codec, LoadShape load, ByteBuf body, Duration slice) {
        long exchanges = 0;
        long allocated = THREAD.getCurrentThreadAllocatedBytes();
        long began = THREAD.getCurrentThreadCpuTime();
        long nanos = 0;
        while (nanos < slice.toNanos()) {
            codec.exchange(load.streams(), body);
            exchanges += load.streams();
            nanos = THREAD.getCurrentThreadCpuTime() - began;
        }
        return new Cost(
                nanos / NANOS_PER_MICRO / exchanges,
                (double) (THREAD.getCurrentThreadAllocatedBytes() - allocated) / exchanges);
    }
}
