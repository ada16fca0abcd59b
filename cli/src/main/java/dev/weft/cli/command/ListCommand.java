package dev.weft.cli.command;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Mixin;

/** A command that lists things, in several formats, and with {@code -w} again whenever the list changes. */
public abstract class ListCommand extends SessionCommand {

    @Mixin
    private ListOutputOption output = new ListOutputOption();

    @Mixin
    private WatchOption watch = new WatchOption();

    protected ListCommand(Session session) {
        super(session);
    }

    @Override
    public final Integer call() throws IOException, InterruptedException {
        check();
        return watch.run(session, this::refresh, this::once);
    }

    /** Refuses options that do not go together. It runs before anything is asked. */
    protected void check() throws IOException {}

    /** Runs before the list is asked again. */
    protected void refresh() {}

    /** Asks, prints, and returns the exit code. */
    protected abstract int once(Session session) throws IOException;

    /** Prints a list, as {@link ListOutputOption#print}. */
    protected final void print(Session session, Object document, List<String> names, Runnable table) {
        output.print(session.screen(), document, names, table);
    }

    /**
     * Prints a list of which the document for programs is the list itself.
     *
     * @param name returns the name or id of one of the listed things; equal ones are printed once
     */
    protected final <T> void print(Session session, List<T> all, Function<T, String> name, Runnable table) {
        print(session, all, all.stream().map(name).distinct().toList(), table);
    }

    protected final boolean repeats() {
        return watch.repeats();
    }

    protected final boolean wide() {
        return output.wide();
    }
}
