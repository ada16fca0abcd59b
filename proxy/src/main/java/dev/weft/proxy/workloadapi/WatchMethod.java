package dev.weft.proxy.workloadapi;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A method that sends the full state at once (WA-01), and again whenever it changes. A caller that reads slowly gets
 * only the latest state once it reads again: what waits for it is bounded.
 */
final class WatchMethod implements Call.Method {
    private final Parser<?> request; // only the form of a request is checked
    private final Supplier<CompletableFuture<? extends MessageLite>> state;
    private final Map<Call, Told> calls = new ConcurrentHashMap<>();

    /** What a call has been sent so far. Belongs to the call's event loop. */
    private static final class Told {
        /** Number of the caller's messages that have not been answered. */
        int owed;
        /** Number of states asked for, and the latest of them that has arrived: an older one may arrive after it. */
        int turns;

        int latest;
        /** The last state sent, so that the same state is not sent twice. */
        @Nullable
        MessageLite last;
    }

    WatchMethod(Parser<?> request, Supplier<CompletableFuture<? extends MessageLite>> state) {
        this.request = request;
        this.state = state;
    }

    /** Number of callers that watch. */
    int watchers() {
        return calls.size();
    }

    @Override
    public void request(Call call, byte[] message) throws InvalidProtocolBufferException {
        Object _ = request.parseFrom(message);
        calls.computeIfAbsent(call, _ -> new Told()).owed++;
        tell(call);
    }

    /** Sends the state to every caller whose last message differs from it. */
    void changed() {
        for (Call call : calls.keySet()) {
            call.loop().execute(() -> tell(call));
        }
    }

    @Override
    public void writable(Call call) {
        tell(call);
    }

    @Override
    public void ended(Call call) {
        calls.remove(call);
    }

    private void tell(Call call) {
        Told told = calls.get(call);
        if (told == null || !call.writable()) {
            return; // if the caller does not read: again once it does
        }
        int turn = ++told.turns;
        var _ = state.get()
                .whenCompleteAsync((message, failure) -> come(call, told, turn, message, failure), call.loop());
    }

    private void come(Call call, Told told, int turn, @Nullable MessageLite message, @Nullable Throwable failure) {
        if (call.over() || !call.writable()) {
            return;
        }
        if (turn > told.latest) {
            told.latest = turn;
            if (message == null) {
                call.fail(CallException.of(failure == null ? new IllegalStateException("no state") : failure));
                return;
            }
            if (told.owed > 0 || !message.equals(told.last)) {
                told.owed = Math.max(0, told.owed - 1);
                told.last = message;
                call.send(message);
            }
        }
        if (told.owed > 0) {
            tell(call);
        }
    }
}
