package dev.weft.proxy.http;

import dev.weft.policy.decide.Decision;
import dev.weft.proxy.http2.frame.ErrorCode;
import dev.weft.proxy.http2.frame.Http2Violation;
import io.netty.buffer.ByteBuf;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What both directions of one connection know together: the requests that are open, and how one is ended from here. */
final class Http2Exchange {
    /** Streams of one connection that were cut off here and may still have frames of the application under way. */
    private static final int MOST_CUT = 4096;

    private final IntObjectHashMap<Http2Request> open = new IntObjectHashMap<>();
    private final Set<Integer> cut = new HashSet<>();
    private final RequestJudge judge;
    private final Ticker ticker;
    private final Consumer<ByteBuf> toApplication;
    private final Consumer<ByteBuf> toCaller;
    /** Of the application's blocks. */
    private final Http2Tables responseTables = new Http2Tables();
    /** Of the caller's blocks. */
    private final Http2Tables requestTables = new Http2Tables();

    private final Http2Answers answers = new Http2Answers(responseTables);
    private int responseFrameSize = Http2Gate.LEAST_MAX_FRAME_SIZE;
    private int last;
    private int headBytes;

    Http2Exchange(RequestJudge judge, Ticker ticker, Consumer<ByteBuf> toApplication, Consumer<ByteBuf> toCaller) {
        this.judge = judge;
        this.ticker = ticker;
        this.toApplication = toApplication;
        this.toCaller = toCaller;
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

    Http2Answers answers() {
        return answers;
    }

    /** The largest payload that the caller has ever allowed the application. */
    int responseFrameSize() {
        return responseFrameSize;
    }

    /** The caller's SETTINGS_MAX_FRAME_SIZE. A lower one counts only once the application knows it, so the highest stays. */
    void allowResponseFrames(long size) {
        responseFrameSize = (int) Math.max(responseFrameSize, size);
    }

    /** Frames for the application. */
    void toApplication(ByteBuf frames) {
        toApplication.accept(frames);
    }

    /** Frames for the caller. */
    void toCaller(ByteBuf frames) {
        toCaller.accept(frames);
    }

    /** The highest stream that the caller has opened. */
    int last() {
        return last;
    }

    void opened(int streamId) {
        last = streamId;
    }

    int streams() {
        return open.size();
    }

    int held() {
        return headBytes;
    }

    long now() {
        return ticker.nanoTime();
    }

    @Nullable
    Http2Request get(int streamId) {
        return open.get(streamId);
    }

    void add(Http2Request request) {
        open.put(request.streamId, request);
        headBytes += request.headSize;
    }

    /** The caller has ended its side. */
    void callerEnded(Http2Request request) {
        request.callerEnded = true;
        if (request.applicationEnded) {
            remove(request);
        }
    }

    /** The application has ended its side, by which the request is complete. */
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
        headBytes -= request.headSize;
    }

    /** Whether the stream was cut off here, so that the caller gets nothing more of it. */
    boolean isCut(int streamId) {
        return cut.contains(streamId);
    }

    /** Nothing more of it will come. */
    void forgetCut(int streamId) {
        cut.remove(streamId);
    }

    /** What a caller gets in the application's place; it need not send the rest of its request (RFC 9113 section 8.1). */
    void answer(int streamId, ByteBuf frames, boolean callerEnded) {
        toCaller(frames);
        if (!callerEnded) {
            toCaller(Http2Octets.reset(streamId, ErrorCode.NO_ERROR));
        }
    }

    /** Breaks a stream off at both sides, since the caller broke a rule of it. */
    void breakOff(Http2Request request, ErrorCode code) throws Http2Violation {
        toApplication(Http2Octets.reset(request.streamId, ErrorCode.CANCEL));
        toCaller(Http2Octets.reset(request.streamId, code));
        rememberCut(request);
        reset(request);
    }

    /** Asks about all open requests again, and ends those that are no longer allowed. */
    void judgeAgain() throws Http2Violation {
        List<Http2Request> all = new ArrayList<>(open.values());
        for (Http2Request request : all) {
            Decision decision = judge.judgeAgain(request.head);
            if (!decision.allowed()) {
                deny(request, decision);
            }
        }
    }

    private void deny(Http2Request request, Decision decision) throws Http2Violation {
        int id = request.streamId;
        boolean grpc = request.head.grpc();
        toApplication(Http2Octets.reset(id, ErrorCode.CANCEL));
        if (request.applicationEnded) {
            toCaller(Http2Octets.reset(id, ErrorCode.CANCEL)); // of its own request the rest is missing
        } else if (!request.answered()) {
            answer(
                    id,
                    answers.denied(
                            id,
                            decision,
                            judge.reason(decision),
                            grpc,
                            request.head.method().equals("HEAD")),
                    request.callerEnded);
        } else if (grpc) {
            answer(id, answers.grpc(id, decision, judge.reason(decision), true), request.callerEnded);
        } else {
            toCaller(Http2Octets.reset(id, ErrorCode.CANCEL));
        }
        rememberCut(request);
        request.denied(decision, Http2Answers.statusOfDenial(decision, grpc));
        reset(request);
    }

    private void rememberCut(Http2Request request) throws Http2Violation {
        if (!request.applicationEnded) {
            if (cut.size() >= MOST_CUT) {
                throw Http2Violation.connection(
                        ErrorCode.ENHANCE_YOUR_CALM, "more than " + MOST_CUT + " streams were cut off");
            }
            cut.add(request.streamId);
        }
    }

    /** The connection has ended. */
    void close() {
        for (Http2Request request : new ArrayList<>(open.values())) {
            reset(request);
        }
    }
}
