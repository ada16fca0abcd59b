package dev.weft.cli.command.trust;

import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import dev.weft.cli.check.RotationSteps;
import dev.weft.cli.command.Session;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.cli.screen.Board;
import dev.weft.cli.screen.Human;
import dev.weft.cli.screen.Screen;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Shows the progress of a rotation to the person who waits for it: on a terminal, a continuously updated board with all
 * steps; elsewhere a line for each step, and more lines if a step is held up.
 */
final class RotationProgress implements AutoCloseable {

    /** A step that takes longer than this is held up. */
    static final Duration HELD_UP = Duration.ofSeconds(5);

    private static final Duration SAID_AGAIN = Duration.ofMinutes(1);
    private static final Duration TICK = Duration.ofMillis(500);
    private static final int NAMED = 5;

    private final Session session;
    private final MeshRef mesh;
    private final RotationText text;
    private final Set<RotationStep> printedSteps = new HashSet<>();
    private final Thread ticker;
    /** The last status; read by the board's thread, which holds no lock of this object. */
    private volatile Seen seen = new Seen(null, null);

    private @Nullable Board board;
    private List<String> printedWaiting = List.of();
    private Instant printedAt = Instant.MIN;
    private boolean closed;

    private record Seen(
            @Nullable RotationStatus status, @Nullable Instant awaySince) {}

    RotationProgress(Session session, MeshRef mesh) {
        this.session = session;
        this.mesh = mesh;
        this.text = new RotationText(session.screen(), mesh, NAMED);
        this.ticker = Thread.ofVirtual().unstarted(this::tick);
        if (!session.screen().errTerminal()) {
            ticker.start();
        }
    }

    synchronized void show(RotationStatus status) {
        seen = new Seen(status, null);
        if (closed) {
            return;
        }
        if (!session.screen().errTerminal()) {
            printSteps(status);
        } else if (board == null) {
            board = new Board(session.screen(), this::lines);
        }
    }

    /** Shows that the control plane has not answered since this moment. */
    synchronized void away(Instant since) {
        if (seen.awaySince() == null && board == null) {
            session.screen()
                    .note("the control plane does not answer; it is tried again for "
                            + Human.duration(RotationRun.AWAY_LIMIT));
        }
        seen = new Seen(seen.status(), since);
    }

    private void tick() {
        try {
            while (tickNext()) {
                Thread.sleep(TICK);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean tickNext() {
        RotationStatus status = seen.status();
        if (!closed && status != null) {
            printObstacles(status, session.clock().instant());
        }
        return !closed;
    }

    private List<String> lines(int frame) {
        Seen now = seen;
        Instant moment = session.clock().instant();
        List<String> lines = new ArrayList<>();
        if (now.status() != null) {
            lines.addAll(text.lines(now.status(), moment, Board.mark(frame)));
            lines.addAll(advice(now.status(), moment));
        }
        if (now.awaySince() != null) {
            lines.add("      the control plane has not answered for "
                    + Human.duration(Duration.between(now.awaySince(), moment)) + "; it is tried again for "
                    + Human.duration(RotationRun.AWAY_LIMIT));
        }
        return lines;
    }

    private void printSteps(RotationStatus status) {
        for (RotationStep step : status.getPlanList()) {
            boolean last = step == RotationStep.ROTATION_STEP_DONE || step == RotationStep.ROTATION_STEP_ROLLED_BACK;
            if (!last && printedSteps.add(step)) {
                session.screen().note(RotationSteps.words(status, step));
                printedWaiting = List.of();
                printedAt = Instant.MIN;
            }
            if (step == status.getStep()) {
                break;
            }
        }
        printObstacles(status, session.clock().instant());
    }

    private static boolean isHeldUp(RotationStatus status, Instant now) {
        return !status.getFinished()
                && Duration.between(Instant.ofEpochSecond(status.getStepSince()), now)
                                .compareTo(HELD_UP)
                        > 0;
    }

    /** Returns how to continue without those that hold the step up. */
    private List<String> advice(RotationStatus status, Instant now) {
        return isHeldUp(status, now)
                ? RotationText.without(status)
                        .map(names -> "      to go on without: " + RotationFailures.command(mesh, status) + " " + names)
                        .stream()
                        .toList()
                : List.of();
    }

    private void printObstacles(RotationStatus status, Instant now) {
        List<String> waiting =
                status.getWaitingForList().stream().map(Awaited::getWorkload).toList();
        boolean something = !waiting.isEmpty() || !status.getObstacle().isEmpty();
        boolean news = !waiting.equals(printedWaiting) || printedAt.equals(Instant.MIN);
        if (something
                && isHeldUp(status, now)
                && (news || Duration.between(printedAt, now).compareTo(SAID_AGAIN) > 0)) {
            Screen screen = session.screen();
            screen.note("  " + RotationText.counted(status) + " after " + RotationText.since(status, now) + ":");
            text.waiting(status, now).forEach(screen::note);
            advice(status, now).forEach(screen::note);
            printedWaiting = waiting;
            printedAt = now;
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        ticker.interrupt();
        if (board != null) {
            board.close();
        }
    }
}
