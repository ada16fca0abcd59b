package dev.weft.control.observe;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.api.v1.TapEvent;
import dev.weft.api.v1.TappedRequest;
import dev.weft.control.refusal.RefusedException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/**
 * The call of an operator who taps requests. Events that the caller does not read in time are kept up to a limit;
 * beyond it requests are lost, and the caller learns how many. Safe for use by several threads.
 */
final class TapCall implements Taps.Listener {

    /** Most events that wait for the caller. */
    static final int MAX_WAITING = 1000;

    private final ServerCallStreamObserver<TapEvent> responses;

    @GuardedBy("this")
    private final Queue<TapEvent> waiting = new ArrayDeque<>();

    @GuardedBy("this")
    private final List<Runnable> atEnd = new ArrayList<>();

    @GuardedBy("this")
    private long lost;

    @GuardedBy("this")
    private boolean ended;

    /** Creates the call's listener; must happen before the call's method returns. */
    TapCall(ServerCallStreamObserver<TapEvent> responses) {
        this.responses = responses;
        responses.setOnReadyHandler(this::write);
        responses.setOnCancelHandler(this::end);
        responses.setOnCloseHandler(this::end);
    }

    /** Runs the task when the call ends, or at once if it has ended. */
    void atEnd(Runnable task) {
        synchronized (this) {
            if (!ended) {
                atEnd.add(task);
                return;
            }
        }
        task.run();
    }

    @Override
    public void request(TappedRequest request) {
        offer(TapEvent.newBuilder()
                .setRequest(request.toBuilder().clearFilters())
                .build());
    }

    @Override
    public synchronized void lost(long count) {
        lost += count;
        write();
    }

    /** Passes on an event from another replica. */
    void relayed(TapEvent event) {
        switch (event.getEventCase()) {
            case REQUEST -> offer(event);
            case LOST -> lost(event.getLost());
            case BEGUN, EVENT_NOT_SET -> {}
        }
    }

    synchronized void offer(TapEvent event) {
        if (waiting.size() < MAX_WAITING) {
            waiting.add(event);
        } else {
            lost++;
        }
        write();
    }

    private synchronized void write() {
        while (!ended && responses.isReady() && (lost > 0 || !waiting.isEmpty())) {
            TapEvent next = waiting.poll();
            if (next == null) {
                next = TapEvent.newBuilder().setLost(lost).build();
                lost = 0;
            }
            responses.onNext(next);
        }
    }

    /** Ends the call with a reason for its caller. */
    void fail(RefusedException why) {
        end();
        responses.onError(why);
    }

    private void end() {
        List<Runnable> tasks;
        synchronized (this) {
            ended = true;
            waiting.clear();
            tasks = List.copyOf(atEnd);
            atEnd.clear();
        }
        tasks.forEach(Runnable::run);
    }
}
