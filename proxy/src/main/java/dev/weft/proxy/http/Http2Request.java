package dev.weft.proxy.http;

import dev.weft.policy.decide.Decision;
import dev.weft.policy.request.HttpRequest;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Http2Violation;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A request that has passed, from its head until both sides have ended its stream. */
final class Http2Request {
    private static final AsciiString GRPC_STATUS = AsciiString.cached("grpc-status");
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int FIRST_FINAL = 200;
    private static final int MOST_GRPC_STATUS = 16;

    final int streamId;
    final HttpRequest head;
    /** Whether policy can judge the request. */
    final boolean hasOneMeaning;

    final Passing passing;
    /** Octets of the head, which is kept with the request. */
    final int headSize;
    /** What the request counts among the bytes that are held. */
    int memory;
    /** What the request's body may still have. */
    final BodyLength requestLength;

    private final BodyLength responseLength = new BodyLength();
    private final long began;
    private Decision decision;
    private int status;
    private boolean answerBegan;
    private int grpcStatus = RequestRecord.NO_GRPC_STATUS;
    long requestBytes;
    long responseBytes;
    /** How far the window that the caller keeps open for the response is above a stream's initial window. */
    private long credit;

    boolean callerEnded;
    boolean applicationEnded;

    Http2Request(
            int streamId,
            Http2Head.Reading read,
            Passing passing,
            int headSize,
            BodyLength length,
            Decision decision,
            long began) {
        this.streamId = streamId;
        this.passing = passing;
        this.head = read.request();
        this.hasOneMeaning = read.hasOneMeaning();
        this.headSize = headSize;
        this.requestLength = length;
        this.decision = decision;
        this.began = began;
        this.requestBytes = headSize;
    }

    /** Returns the violation of a caller that sends this frame although it has ended the stream. */
    Http2Violation afterEnd(String frame) {
        return Http2Violation.stream(
                streamId, ErrorCode.STREAM_CLOSED, frame + " on a stream that has ended (section 5.1)");
    }

    /** Notes a DATA frame of the caller. Returns why it may not pass; null if it passes. */
    @Nullable
    Http2Violation data(Http2FrameHeader frame) {
        if (callerEnded) {
            return afterEnd("DATA");
        }
        if (!requestLength.more(frame.content(), frame.endsStream())) {
            return BodyLength.violation(streamId);
        }
        if (requestBytes - headSize + frame.length() > passing.body()) {
            return Http2Violation.stream(
                    streamId, ErrorCode.ENHANCE_YOUR_CALM, "a body of more than " + passing.body() + " octets");
        }
        requestBytes += frame.length();
        return null;
    }

    /** Whether the response has no body, whatever its head says. */
    boolean isHead() {
        return head.method().equals("HEAD");
    }

    /** Whether the final response has begun. */
    boolean answered() {
        return answerBegan;
    }

    void answered(int responseStatus) {
        status = responseStatus;
        answerBegan = true;
    }

    /**
     * Whether a head or trailers of the application fit the rules about a response's length (RFC 9113 section 8.1.1),
     * and do not switch the protocol, which HTTP/2 cannot do (section 8.6). Those that cannot be read fit: the caller
     * cannot read them either.
     */
    boolean fits(@Nullable Http2Headers headers, boolean ends) {
        if (headers == null) {
            return true;
        }
        if (answerBegan) {
            return !ends || responseLength.more(0, true);
        }
        int number = Http2Head.number(headers.status());
        if (number < FIRST_FINAL) {
            return number != SWITCHING_PROTOCOLS;
        }
        return responseLength.beginResponse(headers, number, isHead(), ends);
    }

    /** Whether more DATA fits the response's length. */
    boolean fits(int octets, boolean ends) {
        return responseLength.more(octets, ends);
    }

    /** Notes DATA of the application that passes: so many octets of payload. */
    void passed(int octets) {
        responseBytes += octets;
        credit -= octets;
    }

    /** Applies a WINDOW_UPDATE of the caller, unless the application would have to reset the stream for it. */
    void credit(int increment, long streamWindow) throws Http2Violation {
        if (increment == 0) {
            throw Http2Violation.stream(streamId, ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE of 0 (section 6.9)");
        }
        credit += increment;
        if (credit + streamWindow > Integer.MAX_VALUE) {
            throw Http2Violation.stream(
                    streamId, ErrorCode.FLOW_CONTROL_ERROR, "a window that exceeds 2^31-1 (section 6.9.1)");
        }
    }

    /** Notes a head or trailers of the application that pass; null if they cannot be read. */
    void passed(@Nullable Http2Headers headers, int octets) {
        responseBytes += octets;
        if (headers == null) {
            answerBegan = true; // it may have been the final response
            return;
        }
        int number = Http2Head.number(headers.status());
        if (number >= FIRST_FINAL && !answerBegan) {
            answered(number);
        }
        int grpc = Http2Head.number(headers.get(GRPC_STATUS));
        if (grpc >= 0 && grpc <= MOST_GRPC_STATUS && head.grpc()) {
            grpcStatus(grpc);
        }
    }

    void grpcStatus(int value) {
        grpcStatus = value;
    }

    /**
     * Policy does not allow the request any more. The request was answered with this status, unless an answer had
     * begun.
     */
    void denied(Decision denial, int answer) {
        decision = denial;
        if (head.grpc()) {
            grpcStatus = Denial.grpcStatus(decision);
        }
        if (!answerBegan) {
            status = answer;
        }
    }

    RequestRecord record(boolean complete, long now) {
        return new RequestRecord(
                head.method(),
                head.path(),
                head.host(),
                status,
                grpcStatus,
                requestBytes,
                responseBytes,
                Duration.ofNanos(now - began),
                decision,
                complete);
    }
}
