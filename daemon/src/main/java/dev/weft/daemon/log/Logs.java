package dev.weft.daemon.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/** Configures logging of the process. */
public final class Logs {

    private Logs() {}

    /**
     * Logs as JSON lines on standard error, in place of any earlier configuration. The {@code audit} logger is always
     * on.
     *
     * @param weft lowest level that is logged for Weft itself, such as {@code info}
     * @param others lowest level that is logged for libraries
     */
    public static void start(String weft, String others) {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (!(factory instanceof LoggerContext context)) {
            throw new IllegalStateException("logging is by " + factory.getClass() + " (expected: logback)");
        }
        context.reset();
        LogLines encoder = new LogLines();
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
        stderr.setContext(context);
        stderr.setTarget("System.err");
        stderr.setEncoder(encoder);
        stderr.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(stderr);
        root.setLevel(Level.toLevel(others));
        context.getLogger("dev.weft").setLevel(Level.toLevel(weft));
        context.getLogger("audit").setLevel(Level.INFO);
        // This logger warns at each start about every kind with a version before v1. Weft's kinds have such versions.
        context.getLogger("io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils")
                .setLevel(Level.ERROR);
    }
}
