package dev.weft.cli.screen;

/** Shows progress while the user waits: a line for each step, and on a terminal a turning mark beside the last one. */
public final class Progress implements AutoCloseable {

    private static final long FRAME_MILLIS = 80;
    private static final String LINE_START = "\r\u001b[K";

    private final Screen screen;
    private final Thread turner;
    private String current = "";
    private int frame;
    private boolean closed;

    public Progress(Screen screen) {
        this.screen = screen;
        this.turner = Thread.ofVirtual().unstarted(this::turn);
        if (screen.errTerminal()) {
            turner.start();
        }
    }

    /** Shows that a step has begun; the step before is done. */
    public synchronized void step(String what) {
        if (closed) {
            return;
        }
        if (screen.errTerminal()) {
            finishLine();
            current = what;
            draw();
        } else {
            screen.note(what);
        }
    }

    private void turn() {
        try {
            while (true) {
                Thread.sleep(FRAME_MILLIS);
                synchronized (this) {
                    if (closed) {
                        return;
                    }
                    frame++;
                    draw();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void draw() {
        if (!current.isEmpty()) {
            screen.err().print(LINE_START + screen.paint(Style.FAINT, Board.mark(frame)) + " " + current);
            screen.err().flush();
        }
    }

    private void finishLine() {
        if (!current.isEmpty()) {
            screen.err().println(LINE_START + screen.paint(Style.FAINT, "· " + current));
            current = "";
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            finishLine();
            screen.err().flush();
            turner.interrupt();
        }
    }
}
