package dev.weft.proxy.http;

import dev.weft.policy.decide.Decision;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.FrameRules;
import dev.weft.proxy.http2.frame.Http2Violation;
import dev.weft.proxy.pieces.HeadMemory;
import dev.weft.proxy.settings.HeadLimits;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The shared state of both directions of one connection: the open requests, and how the gate ends one. */
final class Http2Exchange {
    private final IntObjectHashMap<Http2Request> open = new IntObjectHashMap<>();
    private final Http2CutStreams cut = new Http2CutStreams();
    private final RequestJudge judge;
    private final Ticker ticker;
    private final Consumer<ByteBuf> toApplication;
    private final Consumer<ByteBuf> toCaller;
    private final Http2RequestWriter requests;
    /** The header tables of the application's blocks. */
    private final Http2Tables responseTables;
    /** The header tables of the caller's blocks. */
    private final Http2Tables requestTables;

    private final Http2LocalResponses answers;
    private int responseFrameSize = Http2Gate.LEAST_MAX_FRAME_SIZE;
    private int last;
    private long heads;

    Http2Exchange(
            RequestJudge judge,
            Ticker ticker,
            Consumer<ByteBuf> toApplication,
            Consumer<ByteBuf> toCaller,
            BooleanSupplier applicationTakes) {
        this.requests = new Http2RequestWriter(toApplication, applicationTakes);
        this.judge = judge;
        this.responseTables = new Http2Tables(judge.heads());
        this.requestTables = new Http2Tables(judge.heads());
        this.answers = new Http2LocalResponses(responseTables, judge.heads());
        this.ticker = ticker;
        this.toApplication = toApplication;
        this.toCaller = toCaller;
    }

    HeadLimits heads() {
        return judge.heads();
    }

    RequestJudge judge() {
        return judge;
    }

    Http2Tables responseTables() {
        return responseTables;
    }

    Http2Tables requestTables() {
        return requestTables;
    }

    Http2LocalResponses answers() {
        return answers;
    }

    /** The largest frame payload that the caller has ever allowed the application. */
    int responseFrameSize() {
        return responseFrameSize;
    }

    /**
     * Applies the caller's SETTINGS_MAX_FRAME_SIZE. The application learns of a lower value only later, so the highest
     * value stays.
     */
    void allowResponseFrames(long size) {
        responseFrameSize = (int) Math.max(responseFrameSize, size);
    }

    /** Sends frames to the application. */
    void toApplication(ByteBuf frames) {
        toApplication.accept(frames);
    }

    /** Writes heads and trailers of requests to the application. */
    Http2RequestWriter requests() {
        return requests;
    }

    /** Sends the fields that may pass to the application; returns the number of octets. */
    int forward(int streamId, Passing passing, Http2Headers headers, String clientId, boolean endStream) {
        Set<String> names = passing.fields();
        Http2Headers kept = names == null ? headers : Http2Head.only(names, headers);
        return requests.forward(streamId, kept, clientId, endStream);
    }

    /** Sends frames to the caller. */
    void toCaller(ByteBuf frames) {
        toCaller.accept(frames);
    }

    /** The caller has opened the connection's window further. */
    void credit(int increment) throws Http2Violation {
        if (increment == 0) {
            throw FrameRules.protocol("WINDOW_UPDATE of 0 (section 6.9)");
        }
        int told = answers.keep(increment);
        if (told > 0) {
            toApplication(Http2Octets.windowUpdate(0, told));
        }
    }

    /** The highest stream ID that the caller has opened. */
    int last() {
        return last;
    }

    void opened(int streamId) {
        last = streamId;
    }

    int streams() {
        return open.size();
    }

    /** What the open requests and the streams that were cut off count among the bytes that are held. */
    int held() {
        return (int) Math.min(Integer.MAX_VALUE, heads + cut.held());
    }

    long now() {
        return ticker.nanoTime();
    }

    @Nullable
    Http2Request get(int streamId) {
        return open.get(streamId);
    }

    /** @param fields number of the fields of the request's head */
    void add(Http2Request request, int fields) {
        open.put(request.streamId, request);
        request.memory = HeadMemory.ofFields(request.headSize, fields) + HeadMemory.of(HeadMemory.REQUEST);
        heads += request.memory;
    }

    /** The caller has ended its side of the stream. */
    void callerEnded(Http2Request request) {
        request.callerEnded = true;
        if (request.applicationEnded) {
            remove(request);
        }
    }

    /** The application has ended its side of the stream, which completes the request. */
    void applicationEnded(Http2Request request) {
        request.applicationEnded = true;
        judge.ended(request.record(true, now()), request.head);
        if (request.callerEnded) {
            remove(request);
        }
    }

    /** Either side has broken the stream off. */
    void reset(Http2Request request) {
        if (!request.applicationEnded) {
            judge.ended(request.record(false, now()), request.head);
        }
        remove(request);
    }

    private void remove(Http2Request request) {
        open.remove(request.streamId);
        heads -= request.memory;
    }

    /** The streams of which the caller gets no more frames, because the gate has cut them off. */
    Http2CutStreams cut() {
        return cut;
    }

    /**
     * Sends the caller an answer in the application's place. The caller need not send the rest of its request (RFC 9113
     * section 8.1).
     */
    void answer(int streamId, ByteBuf frames, boolean callerEnded) {
        toCaller(frames);
        if (!callerEnded) {
            toCaller(Http2Octets.reset(streamId, ErrorCode.NO_ERROR));
        }
    }

    /** Breaks off a stream on both sides, because the caller broke a rule of it. */
    void breakOff(Http2Request request, ErrorCode code) {
        toApplication(Http2Octets.reset(request.streamId, ErrorCode.CANCEL));
        toCaller(Http2Octets.reset(request.streamId, code));
        rememberCut(request);
        reset(request);
    }

    /** Judges all open requests again, and ends those that are no longer allowed. */
    void judgeAgain() {
        List<Http2Request> all = new ArrayList<>(open.values());
        for (Http2Request request : all) {
            if (!request.hasOneMeaning && judge.strict()) {
                endUnjudged(request);
                continue;
            }
            Decision decision = judge.judgeAgain(request.head);
            if (!decision.allowed()) {
                deny(request, decision);
            }
        }
    }

    /** Ends a request that policy must judge now, and cannot. */
    private void endUnjudged(Http2Request request) {
        int id = request.streamId;
        toApplication(Http2Octets.reset(id, ErrorCode.CANCEL));
        if (request.applicationEnded || request.answered()) {
            toCaller(Http2Octets.reset(id, ErrorCode.CANCEL));
        } else {
            answer(id, answers.unjudged(request), request.callerEnded);
        }
        rememberCut(request);
        reset(request);
    }

    private void deny(Http2Request request, Decision decision) {
        int id = request.streamId;
        boolean grpc = request.head.grpc();
        toApplication(Http2Octets.reset(id, ErrorCode.CANCEL));
        if (request.applicationEnded) {
            toCaller(Http2Octets.reset(id, ErrorCode.CANCEL)); // the rest of the caller's request would be missing
        } else if (!request.answered()) {
            answer(id, answers.denied(request, decision, judge.reason(decision)), request.callerEnded);
        } else if (grpc) {
            answer(id, answers.grpc(id, decision, judge.reason(decision), true), request.callerEnded);
        } else {
            toCaller(Http2Octets.reset(id, ErrorCode.CANCEL));
        }
        rememberCut(request);
        request.denied(decision, Http2LocalResponses.statusOfDenial(decision, grpc));
        reset(request);
    }

    /** Answers in place of a response whose head is larger than a sidecar takes, or breaks off one with such trailers. */
    void responseTooLarge(int streamId, boolean ended) {
        Http2Request request = open.get(streamId);
        if (request == null || request.applicationEnded) {
            return; // the caller expects no more of this stream
        }
        toApplication(Http2Octets.reset(streamId, ErrorCode.CANCEL));
        if (request.answered()) {
            toCaller(Http2Octets.reset(streamId, ErrorCode.ENHANCE_YOUR_CALM));
        } else {
            answer(streamId, answers.responseTooLarge(request), request.callerEnded);
        }
        if (!ended) {
            rememberCut(request);
        }
        reset(request);
    }

    /**
     * Breaks off a response that is not as long as its head says: it must not be passed on (RFC 9113 section 8.1.1).
     */
    void wrongResponseLength(Http2Request request, boolean ended) {
        toApplication(Http2Octets.reset(request.streamId, ErrorCode.PROTOCOL_ERROR));
        toCaller(Http2Octets.reset(request.streamId, ErrorCode.INTERNAL_ERROR));
        if (!ended) {
            rememberCut(request);
        }
        reset(request);
    }

    private void rememberCut(Http2Request request) {
        if (!request.applicationEnded) {
            cut.add(request.streamId);
        }
    }

    /** Ends all requests with the connection. */
    void close() {
        for (Http2Request request : new ArrayList<>(open.values())) {
            reset(request);
        }
    }
}
