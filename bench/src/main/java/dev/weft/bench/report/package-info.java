/** What is printed and written: tables of ratios with the figures behind them, and all of it as JSON. */
@NullMarked
package dev.weft.bench.report;

import org.jspecify.annotations.NullMarked;
