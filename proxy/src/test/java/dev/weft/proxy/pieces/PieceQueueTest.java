package dev.weft.proxy.pieces;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PieceQueueTest {
    private final PieceQueue queue = new PieceQueue();

    @AfterEach
    void close() {
        queue.release();
    }

    private static ByteBuf buffer(int octets) {
        return PooledByteBufAllocator.DEFAULT.directBuffer(octets).writeZero(octets);
    }

    @Test
    void tinyPiecesKeepNothingOfTheBufferThatTheyCameIn() {
        int octets = 60_000;
        ByteBuf read = buffer(octets);
        while (read.isReadable()) {
            queue.addLast(read.readRetainedSlice(1));
        }
        assertThat(read.refCnt()).as("slices of it").isEqualTo(1);
        assertThat(queue.octets()).isEqualTo(octets);
        assertThat(queue.held()).isBetween(octets, octets + octets / 4);
        read.release();
    }

    @Test
    void aLargePieceIsNotCopied() {
        ByteBuf large = buffer(PieceQueue.SMALL);
        queue.addLast(buffer(1));
        queue.addLast(large);
        queue.addLast(buffer(1));
        Objects.requireNonNull(queue.poll()).release();
        assertThat(queue.held()).isEqualTo(PieceQueue.SMALL + 1 + 2 * PieceQueue.PIECE);
        ByteBuf same = Objects.requireNonNull(queue.poll());
        assertThat(same).isSameAs(large);
        same.release();
    }

    /** A slice that was given out must not move when more comes. */
    @Test
    void octetsKeepTheirOrderHoweverTheyComeAndGo() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        StringBuilder in = new StringBuilder();
        StringBuilder out = new StringBuilder();
        for (int round = 0; round < 2000; round++) {
            if (random.nextBoolean()) {
                byte[] some = new byte[random.nextInt(random.nextInt(10) == 0 ? 9000 : 60)];
                random.nextBytes(some);
                in.append(new String(some, StandardCharsets.ISO_8859_1));
                queue.addLast(PooledByteBufAllocator.DEFAULT.buffer().writeBytes(some));
            } else {
                take(queue.poll(1 + random.nextInt(500)), random, out);
            }
        }
        for (ByteBuf rest = queue.poll(); rest != null; rest = queue.poll()) {
            take(rest, random, out);
        }
        assertThat(out.toString()).as("seed " + seed).isEqualTo(in.toString());
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.held()).isZero();
        assertThat(queue.octets()).isZero();
    }

    /** Reads the piece, or a part of it, after more has come behind it. */
    private void take(@org.jspecify.annotations.Nullable ByteBuf piece, Random random, StringBuilder out) {
        if (piece == null) {
            return;
        }
        int n = random.nextInt(piece.readableBytes() + 1);
        out.append(piece.readCharSequence(n, StandardCharsets.ISO_8859_1));
        if (piece.isReadable()) {
            queue.addFirst(piece);
        } else {
            piece.release();
        }
    }
}
