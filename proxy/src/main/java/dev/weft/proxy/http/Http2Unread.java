package dev.weft.proxy.http;

import dev.weft.proxy.http2.frame.Http2Violation;
import dev.weft.proxy.pieces.PieceQueue;
import io.netty.buffer.ByteBuf;
import java.util.function.BooleanSupplier;

/** Data of one direction that is not read while the direction pauses. */
final class Http2Unread {
    private final Http2Direction direction;
    private final BooleanSupplier pauses;
    private final PieceQueue kept = new PieceQueue();

    Http2Unread(Http2Direction direction, BooleanSupplier pauses) {
        this.direction = direction;
        this.pauses = pauses;
    }

    /** Takes ownership of {@code data}, and reads it or, in a pause, keeps it. */
    void receive(ByteBuf data) throws Http2Violation {
        if (kept.isEmpty()) {
            read(data);
        } else {
            kept.addLast(data);
        }
    }

    /** Reads the data that was kept, up to the next pause. */
    void resume() throws Http2Violation {
        while (!direction.reading() && !pauses.getAsBoolean()) {
            ByteBuf data = kept.poll();
            if (data == null) {
                return;
            }
            read(data);
        }
    }

    private void read(ByteBuf data) throws Http2Violation {
        ByteBuf rest = direction.read(data);
        if (rest != null) {
            kept.addFirst(rest);
        }
    }

    boolean isEmpty() {
        return kept.isEmpty();
    }

    int held() {
        return kept.held();
    }

    void release() {
        kept.release();
    }
}
