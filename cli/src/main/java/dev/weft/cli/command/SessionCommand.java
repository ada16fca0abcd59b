package dev.weft.cli.command;

import java.util.concurrent.Callable;

/** A command of a session. It returns the exit code. */
public abstract class SessionCommand implements Callable<Integer> {

    protected final Session session;

    protected SessionCommand(Session session) {
        this.session = session;
    }
}
