package dev.weft.proxy.http2;

import dev.weft.proxy.http2.flood.Limit;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Notes what a connection reports. */
final class RecordingConnection implements ConnectionListener {
    final List<RecordingStream> requests = new ArrayList<>();
    final List<Limit> limits = new ArrayList<>();
    boolean ready;
    boolean goAway;
    boolean closed;
    int streamsClosed;

    @Nullable
    Throwable cause;

    @Override
    public void onReady(Http2Connection connection) {
        ready = true;
    }

    @Override
    public StreamListener onRequest(Http2Stream stream, Http2Headers headers, boolean endStream) {
        RecordingStream recording = new RecordingStream();
        recording.stream = stream;
        recording.onHeaders(headers, endStream);
        requests.add(recording);
        return recording;
    }

    @Override
    public void onGoAway(Http2Connection connection) {
        goAway = true;
    }

    @Override
    public void onStreamClosed(Http2Connection connection) {
        streamsClosed++;
    }

    @Override
    public void onLimit(Http2Connection connection, Limit limit) {
        limits.add(limit);
    }

    @Override
    public void onClosed(Http2Connection connection, @Nullable Throwable why) {
        closed = true;
        cause = why;
    }

    RecordingStream request(int index) {
        return requests.get(index);
    }
}
