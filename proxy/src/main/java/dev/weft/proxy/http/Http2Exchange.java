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
    /** The streams of which the caller gets no more frames, because the gate has cut them off. */
    final Http2CutStreams cut = new Http2CutStreams();

    final RequestJudge judge;
    private final Ticker ticker;
    private final Consumer<ByteBuf> toApplication;
    private final Consumer<ByteBuf> toCaller;
    /** Writes heads and trailers of requests to the application. */
    final Http2RequestWriter requests;
    /** The header tables of the application's blocks. */
    final Http2Tables responseTables;
    /** The header tables of the caller's blocks. */
    final Http2Tables requestTables;

    final Http2LocalResponses answers;
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
        this.answers = new Http2LocalResponses(responseTables);
        this.ticker = ticker;
        this.toApplication = toApplication;
        this.toCaller = toCaller;
    }

    HeadLimits heads() {
        return judge.heads();
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

    /** Sends the fields that may pass to the application; returns the number of octets. */
    int forward(int streamId, Passing passing, Http2Headers headers, String clientId, boolean endStream) {
        Set<String> names = passing.fields();
        Http2Headers kept = names == null ? headers : Http2Head.only(name -> names.contains(name.toString()), headers);
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
        breakOff(request, ErrorCode.CANCEL, code, false);
    }

    private void breakOff(Http2Request request, ErrorCode forApplication, ErrorCode forCaller, boolean ended) {
        toApplication(Http2Octets.reset(request.streamId, forApplication));
        toCaller(Http2Octets.reset(request.streamId, forCaller));
        cutOff(request, ended);
    }

    /** Forgets a request that was broken off; with {@code ended}, the application sends no more of it. */
    private void cutOff(Http2Request request, boolean ended) {
        if (!ended && !request.applicationEnded) {
            cut.add(request.streamId);
        }
        reset(request);
    }

    /** Judges all open requests again, and ends those that are no longer allowed. */
    void judgeAgain() {
        List<Http2Request> all = new ArrayList<>(open.values());
        for (Http2Request request : all) {
            if (!request.hasOneMeaning && judge.strict()) {
                refuse(request, GateRefusal.unjudged(), ErrorCode.CANCEL, false);
                continue;
            }
            Decision decision = judge.judgeAgain(request.head);
            if (!decision.allowed()) {
                deny(request, decision);
            }
        }
    }

    /** Ends a request that must not go on, whatever policy says; {@code ended} as in {@link #cutOff}. */
    private void refuse(Http2Request request, GateRefusal why, ErrorCode ifBegun, boolean ended) {
        answerInstead(request, LocalResponse.broken(why.toRefusal(), request.head.grpc()), ifBegun);
        cutOff(request, ended);
    }

    /** Answers in the application's place; breaks off a response that has begun, and a request that was answered. */
    private void answerInstead(Http2Request request, LocalResponse said, ErrorCode ifBegun) {
        int id = request.streamId;
        toApplication(Http2Octets.reset(id, ErrorCode.CANCEL));
        if (request.applicationEnded || request.answered()) {
            toCaller(Http2Octets.reset(id, ifBegun));
        } else {
            request.answered(said.status());
            request.grpcStatus(said.grpcStatus());
            answer(id, answers.whole(id, said, request.isHead()), request.callerEnded);
        }
    }

    private void deny(Http2Request request, Decision decision) {
        LocalResponse said = LocalResponse.denied(decision, judge.reason(decision), request.head.grpc(), false);
        if (request.head.grpc() && request.answered() && !request.applicationEnded) {
            toApplication(Http2Octets.reset(request.streamId, ErrorCode.CANCEL));
            answer(request.streamId, answers.end(request.streamId, said), request.callerEnded);
        } else {
            answerInstead(request, said, ErrorCode.CANCEL);
        }
        request.denied(decision, said.status());
        cutOff(request, false);
    }

    /** Answers in place of a response whose head is larger than a sidecar takes, or breaks off one with such trailers. */
    void responseTooLarge(int streamId, boolean ended) {
        Http2Request request = open.get(streamId);
        if (request == null || request.applicationEnded) {
            return; // the caller expects no more of this stream
        }
        refuse(request, GateRefusal.responseHead(heads().octets()), ErrorCode.ENHANCE_YOUR_CALM, ended);
    }

    /**
     * Breaks off a response that is not as long as its head says: it must not be passed on (RFC 9113 section 8.1.1).
     */
    void wrongResponseLength(Http2Request request, boolean ended) {
        breakOff(request, ErrorCode.PROTOCOL_ERROR, ErrorCode.INTERNAL_ERROR, ended);
    }

    /** Ends all requests with the connection. */
    void close() {
        for (Http2Request request : new ArrayList<>(open.values())) {
            reset(request);
        }
    }
}
