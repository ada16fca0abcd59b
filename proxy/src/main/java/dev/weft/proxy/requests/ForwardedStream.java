package dev.weft.proxy.requests;

import dev.weft.proxy.balance.RetryLater;
import dev.weft.proxy.http.BodyLength;
import dev.weft.proxy.http.GateRefusal;
import dev.weft.proxy.http.Http2Head;
import dev.weft.proxy.http.LocalResponse;
import dev.weft.proxy.http2.Http2Stream;
import dev.weft.proxy.http2.StreamListener;
import dev.weft.proxy.http2.frame.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The stream that a request is sent on to and that its response comes from: one attempt of an {@link Exchange}. */
final class ForwardedStream implements StreamListener {
    /** The lowest status of a final response. */
    static final int FIRST_FINAL = 200;

    /** The most interim responses (RFC 9110 section 15.2) to one request. */
    private static final int MOST_INTERIM = 16;

    private final Exchange exchange;
    private final Http2Stream front;
    private final BodyLength length = new BodyLength();
    private @Nullable Http2Stream stream;
    private int owed;
    private int interim;

    ForwardedStream(Exchange exchange) {
        this.exchange = exchange;
        this.front = exchange.front;
    }

    void stream(Http2Stream opened) {
        stream = opened;
    }

    Http2Stream stream() {
        return Objects.requireNonNull(stream, "stream");
    }

    @Override
    public void onHeaders(Http2Headers headers, boolean endStream) {
        if (!exchange.hears(this)) {
            return;
        }
        exchange.tally.answerHead(Fields.size(headers));
        if (exchange.answered()) {
            trailers(headers);
            return;
        }
        int number = Http2Head.number(headers.status());
        if (number < FIRST_FINAL && ++interim > MOST_INTERIM) {
            exchange.dropBack(ErrorCode.ENHANCE_YOUR_CALM);
            exchange.resetFront(ErrorCode.INTERNAL_ERROR);
            return;
        }
        Http2Headers passed = exchange.answer(headers, number);
        if (passed == null || !exchange.hears(this)) {
            return;
        }
        if (number >= FIRST_FINAL) {
            noteGrpcStatus(headers);
            if (!length.beginResponse(headers, number, exchange.bodiless, endStream)) {
                wrongLength();
                return;
            }
            exchange.answerBegins(number);
        }
        front.sendHeaders(passed, endStream);
        if (endStream) {
            exchange.answerEnds();
        }
    }

    private void trailers(Http2Headers headers) {
        noteGrpcStatus(headers);
        if (length.more(0, true)) {
            front.sendHeaders(headers, true);
            exchange.answerEnds();
        } else {
            wrongLength();
        }
    }

    private void noteGrpcStatus(Http2Headers headers) {
        if (exchange.grpc) {
            exchange.tally.grpcStatus(Http2Head.number(headers.get(Fields.GRPC_STATUS)));
            exchange.tally.pushback = RetryLater.millis(headers.get(Fields.GRPC_PUSHBACK));
        }
    }

    @Override
    public void onData(ByteBuf data, boolean endStream) {
        int bytes = data.readableBytes();
        boolean heard = exchange.hears(this);
        if (!heard || !length.more(bytes, endStream)) {
            data.release();
            stream().consume(bytes);
            if (heard) {
                wrongLength();
            }
            return;
        }
        exchange.tally.answerBody(bytes);
        owed += bytes;
        front.sendData(data, endStream);
        credit();
        exchange.noteHeld();
        if (endStream) {
            exchange.answerEnds();
        }
    }

    /** Returns credit to the stream while the front takes the data. */
    void credit() {
        if (owed > 0 && front.isWritable()) {
            int bytes = owed;
            owed = 0;
            stream().consume(bytes);
        }
    }

    /**
     * Ends a message whose length differs from its content-length: it must not be passed on (RFC 9113 section 8.1.1).
     */
    private void wrongLength() {
        exchange.dropBack(ErrorCode.PROTOCOL_ERROR);
        exchange.resetFront(ErrorCode.INTERNAL_ERROR);
    }

    @Override
    public void onReset(ErrorCode code) {
        if (exchange.hears(this)) {
            if (exchange.answered()) {
                exchange.tally.brokenBy = code;
            }
            exchange.backReset(code);
        }
    }

    @Override
    public void onHeadTooLarge(int most) {
        if (exchange.hears(this) && exchange.answered()) {
            exchange.backReset(ErrorCode.ENHANCE_YOUR_CALM);
        } else if (exchange.hears(this)) {
            exchange.giveUpBack();
            exchange.end(LocalResponse.broken(GateRefusal.responseHead(most).toRefusal(), exchange.grpc));
        }
    }

    @Override
    public void onWritable() {
        if (exchange.hears(this)) {
            exchange.body.credit(stream());
            exchange.noteHeld();
        }
    }
}
