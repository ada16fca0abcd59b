package dev.weft.cli.screen;

/**
 * What happens while somebody waits: a line for each step, and on a terminal a mark that turns beside the last of them.
 */
public final class Progress implements AutoCloseable {

    private static final String[] FRAMES = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
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

    /** Something began; what was shown before is done. */
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

    /** What goes on goes on otherwise: its line says this from now on. Only seen on a terminal. */
    public synchronized void update(String what) {
        if (!closed && screen.errTerminal()) {
            current = what;
            draw();
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
                    frame = (frame + 1) % FRAMES.length;
                    draw();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void draw() {
        if (!current.isEmpty()) {
            screen.err().print(LINE_START + screen.paint(Style.FAINT, FRAMES[frame]) + " " + current);
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
