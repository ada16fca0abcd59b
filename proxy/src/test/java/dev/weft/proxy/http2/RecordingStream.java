package dev.weft.proxy.http2;

import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Notes what arrives on a stream, and consumes it unless told otherwise. */
final class RecordingStream implements StreamListener {
    final List<Http2Headers> headers = new ArrayList<>();
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Nullable
    Http2Stream stream;

    @Nullable
    ErrorCode reset;

    boolean ended;
    boolean consumes = true;
    int writable;
    int reconnects;
    int unconsumed;

    @Override
    public void onHeaders(Http2Headers received, boolean endStream) {
        headers.add(received);
        ended |= endStream;
    }

    @Override
    public void onData(ByteBuf data, boolean endStream) {
        int n = data.readableBytes();
        byte[] copy = new byte[n];
        data.readBytes(copy);
        data.release();
        bytes.write(copy, 0, n);
        ended |= endStream;
        unconsumed += n;
        if (consumes) {
            consumeAll();
        }
    }

    void consumeAll() {
        int n = unconsumed;
        unconsumed = 0;
        stream().consume(n);
    }

    @Override
    public void onReset(ErrorCode code) {
        reset = code;
    }

    @Override
    public void onReconnect() {
        reconnects++;
    }

    @Override
    public void onWritable() {
        writable++;
    }

    Http2Stream stream() {
        return Objects.requireNonNull(stream, "stream");
    }

    String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
