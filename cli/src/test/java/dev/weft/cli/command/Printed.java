package dev.weft.cli.command;

import dev.weft.cli.screen.Screen;
import java.io.PrintWriter;
import java.io.StringWriter;

/** A screen whose text can be read. */
public final class Printed {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Screen screen = Screen.plain(new PrintWriter(out), new PrintWriter(err));

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
