package dev.weft.proxy.session;

import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The end of a relay that is a tunnel's stream. The code that owns the stream passes on the stream's events. Data that
 * arrives before the relay starts is held; the stream's window limits it, because no credit is returned until then.
 */
public final class StreamEnd implements End {
    /** Memory overhead of a buffer, in bytes. */
    private static final int PIECE = 1024;

    private final Relay relay;
    private final Http2Stream stream;
    private final FlushBatch batch;
    private final Queue<ByteBuf> early = new ArrayDeque<>();
    private boolean started;
    private boolean inputEnded;
    private boolean outputEnded;
    private int owed;
    private long earlyBytes;

    StreamEnd(Relay relay, Http2Stream stream, FlushBatch batch) {
        this.relay = relay;
        this.stream = stream;
        this.batch = batch;
    }

    /** Receives data of the stream; takes ownership. */
    public void data(ByteBuf data, boolean endStream) {
        if (relay.over()) {
            int bytes = data.readableBytes();
            data.release();
            stream.consume(bytes); // the tunnel's window is shared: dropped data counts, too
            return;
        }
        if (!started) {
            earlyBytes += data.readableBytes() + PIECE;
            early.add(data);
            inputEnded |= endStream;
            relay.noteHeld();
            return;
        }
        forward(data);
        if (endStream) {
            ended();
        } else {
            credit();
        }
        if (!relay.over()) {
            batch.add(relay.other(this));
        }
    }

    private void forward(ByteBuf data) {
        int bytes = data.readableBytes();
        if (bytes == 0) {
            data.release();
            return;
        }
        owed += bytes;
        relay.received(this, data);
    }

    /**
     * Returns credit to the peer as long as the other end takes data; at its high mark the credit waits for {@link
     * #resume}.
     */
    private void credit() {
        if (owed > 0 && relay.mayRead(this)) {
            int bytes = owed;
            owed = 0;
            stream.consume(bytes);
        }
    }

    private void ended() {
        inputEnded = true;
        relay.inputEnded(this);
    }

    /** Called when the stream was reset, or its tunnel was lost. */
    public void reset(Refusal refusal) {
        discard();
        relay.broken(this, refusal);
    }

    /** Called when the stream is writable again. */
    public void writableAgain() {
        if (started) {
            relay.resumeOther(this);
        }
    }

    /** Whether data has come before the relay started: then the caller sends without waiting for an answer. */
    public boolean early() {
        return !early.isEmpty();
    }

    @Override
    public void write(ByteBuf data) {
        stream.sendData(data, false);
    }

    @Override
    public long held() {
        return earlyBytes + stream.held();
    }

    @Override
    public void flush() {
        // The tunnel sends what all its sessions have written at the end of the loop's turn.
    }

    @Override
    public void finish() {
        if (!outputEnded) {
            outputEnded = true;
            stream.sendData(Unpooled.EMPTY_BUFFER, true);
        }
    }

    /** A tunnel closes after the last bytes of its streams: the process waits for it. */
    @Override
    public boolean finishing() {
        return false;
    }

    @Override
    public void abort() {
        discard();
        stream.reset(ErrorCode.CANCEL);
    }

    @Override
    public boolean writable() {
        return stream.isWritable();
    }

    @Override
    public void resume() {
        if (!started) {
            started = true;
            boolean endsAlready = inputEnded;
            for (ByteBuf data = early.poll(); data != null; data = early.poll()) {
                forward(data);
            }
            earlyBytes = 0;
            relay.flushOther(this);
            if (endsAlready) {
                ended();
            }
        }
        credit();
    }

    @Override
    public void discard() {
        for (ByteBuf data = early.poll(); data != null; data = early.poll()) {
            data.release();
        }
        earlyBytes = 0;
    }
}
