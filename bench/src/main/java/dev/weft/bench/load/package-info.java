/**
 * The load generator. {@link dev.weft.bench.load.LoadMain} runs in the client's network namespace, reads commands from
 * its standard input and answers on its standard output. {@link dev.weft.bench.load.LoadAgent} starts it and sends the
 * commands.
 */
@NullMarked
package dev.weft.bench.load;

import org.jspecify.annotations.NullMarked;
