package dev.weft.cli.command;

import dev.weft.cli.screen.Screen;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.OptionalInt;

/** A screen whose text can be read. */
public final class Printed {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Screen screen;

    public Printed() {
        screen = Screen.plain(new PrintWriter(out), new PrintWriter(err));
    }

    /** A terminal of this width, without colours. */
    public Printed(int columns) {
        screen = new Screen(new PrintWriter(out), new PrintWriter(err), true, true, false, OptionalInt.of(columns));
    }

    public Screen screen() {
        return screen;
    }

    public String out() {
        return out.toString();
    }

    public String err() {
        return err.toString();
    }
}
